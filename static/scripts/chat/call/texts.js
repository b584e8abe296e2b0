// The texts of calls: what is going on, and what went wrong with what can be done about it.

export const STATES = {
  asking: "Your browser asks whether this page may use your camera and microphone.",
  preview: "Only you see this. Nothing is sent yet.",
  unseen: "Nothing is sent yet.",
  inviting: "Calling the stranger…",
  accepting: "Joining…",
  connecting: "Connecting…",
  on: "Connected",
  interrupted: "The connection to the stranger is interrupted. Trying again…",
};

/** Who asks for what. */
export function invitation(kinds) {
  const what = kinds.includes("video") ? "a video call" : kinds.includes("audio") ? "a voice call" : "a call without a camera or microphone of theirs";
  return `The stranger invites you to ${what}.`;
}

export const INVITED_TOO = "The stranger invites you as well. Join when you are ready.";

/** Why there is no picture or sound of the visitor, by the name of the browser's error. */
const DEVICE_PROBLEMS = {
  NotAllowedError: "The browser does not let this page use your {what}. Allow it in the settings of this site, beside the address, and try again.",
  NotFoundError: "No {what} was found. Connect one and try again, or go on without.",
  NotReadableError: "Your {what} is in use by another program, or out of order. Close that program and try again.",
  OverconstrainedError: "The chosen {what} is not there any more. Choose another one.",
};

export function deviceProblem(error, what) {
  const text = DEVICE_PROBLEMS[error?.name] ?? "Your {what} could not be started. Try again, or go on without.";
  return text.replaceAll("{what}", what);
}

export const INSECURE = "Browsers give camera and microphone only to pages that came over HTTPS. You can join without them.";

export const DEVICE_LOST = {
  audio: "Your microphone is gone: it was unplugged, or forbidden.",
  video: "Your camera is gone: it was unplugged, or forbidden.",
};

/** For calls that may go straight from browser to browser. */
export const OPEN_ADDRESSES = "In a call the stranger's browser learns your IP address.";

export const ENDS = {
  you: "You ended the call.",
  ended: "The stranger ended the call.",
  failed: "The call could not be connected. Your networks may block it; try again, perhaps from another network.",
  unanswered: "The stranger stopped calling.",
  lost: "The connection of the call was lost and did not come back. You can call again.",
  over: "That call is over.",
};

export const NO_ANSWER = "The stranger did not answer. You can call again.";
export const NO_SERVERS = "The server gave no way to connect the call. Try again in a minute.";
export const NO_WEBRTC = "Your browser cannot take calls, or does not allow them.";
export const NOT_SENT = "There is no connection to the server right now. Try again when it is back.";

export const declined = (seconds) => `The stranger declined. You can ask again in ${seconds} seconds.`;

export const REFUSALS = {
  "cannot-call": "The stranger's program cannot take calls.",
  "call-later": "You have asked too often, or the stranger has just declined. Wait half a minute, then ask again.",
  "calls-off": "There are no calls on this server any more.",
  "stale-call": ENDS.over,
};

export const QUALITY = { good: "Connected", weak: "Connected, but the connection is weak", poor: "Connected, but the connection is poor" };

/** What the stranger sends, where it is not both. */
export function partnerSends({ audio, video }) {
  if (!audio && !video) return "The stranger's camera and microphone are off";
  if (!video) return "The stranger's camera is off";
  return audio ? "" : "The stranger is muted";
}
