// The texts of calls in English: what is going on, and what went wrong with what can be done about it.

import { createTexts } from "../texts.js";

export const ENGLISH = {
  "call.asking": "Your browser asks whether this page may use your camera and microphone.",
  "call.preview": "Only you see this. Nothing is sent yet.",
  "call.unseen": "Nothing is sent yet.",
  "call.inviting": "Calling the stranger…",
  "call.accepting": "Joining…",
  "call.connecting": "Connecting…",
  "call.good": "Connected",
  "call.interrupted": "The connection to the stranger is interrupted. Trying again…",
  "call.weak": "Connected, but the connection is weak",
  "call.poor": "Connected, but the connection is poor",

  "call.invites.video": "The stranger is inviting you to a video call.",
  "call.invites.audio": "The stranger is inviting you to a voice call.",
  "call.invites.nothing": "The stranger is inviting you to a call without a camera or microphone of theirs.",
  "call.invites.too": "The stranger is inviting you as well. Join when you are ready.",
  "call.declined": {
    one: "The stranger declined. You can ask again in {count} second.",
    other: "The stranger declined. You can ask again in {count} seconds.",
  },
  // For calls that may go straight from browser to browser
  "call.open-addresses": "In a call the stranger's browser learns your IP address.",

  "call.panel": "Call",
  "call.controls": "Controls of the call",
  "call.theirs": "The stranger's picture",
  "call.mine": "Your own picture. Move it with the arrow keys.",
  "call.blurred": "Blurred until you want to see it.",
  "call.reveal": "Show picture",
  "call.camera": "Camera",
  "call.microphone": "Microphone",
  "call.camera.number": "Camera {number}",
  "call.microphone.number": "Microphone {number}",
  "call.camera.none": "No camera",
  "call.microphone.none": "No microphone",
  "call.call": "Call",
  "call.join": "Join",
  "call.again": "Try again",
  "call.answer": "Answer",
  "call.decline": "Decline",
  "call.cancel": "Cancel",
  "call.mute": "Mute your microphone",
  "call.camera.off": "Turn your camera off",
  "call.camera.switch": "Switch camera",
  "call.pip": "Picture in picture",
  "call.full": "Full screen",
  "call.full.leave": "Leave full screen",
  "call.hang-up": "Hang up",
  "call.theirs.nothing": "The stranger's camera and microphone are off",
  "call.theirs.unseen": "The stranger's camera is off",
  "call.theirs.muted": "The stranger is muted",

  // Why there is no picture or sound of the visitor, by what was asked for and the browser's name of the error
  "call.audio.NotAllowedError":
    "The browser does not let this page use your microphone. Allow it in the settings of this site, beside the address, and try again.",
  "call.audio.NotFoundError": "No microphone was found. Connect one and try again, or go on without.",
  "call.audio.NotReadableError": "Your microphone is in use by another program, or out of order. Close that program and try again.",
  "call.audio.OverconstrainedError": "The chosen microphone is not there any more. Choose another one.",
  "call.audio.Error": "Your microphone could not be started. Try again, or go on without.",
  "call.audio.lost": "Your microphone is gone: it was unplugged, or forbidden.",
  "call.video.NotAllowedError":
    "The browser does not let this page use your camera. Allow it in the settings of this site, beside the address, and try again.",
  "call.video.NotFoundError": "No camera was found. Connect one and try again, or go on without.",
  "call.video.NotReadableError": "Your camera is in use by another program, or out of order. Close that program and try again.",
  "call.video.OverconstrainedError": "The chosen camera is not there any more. Choose another one.",
  "call.video.Error": "Your camera could not be started. Try again, or go on without.",
  "call.video.lost": "Your camera is gone: it was unplugged, or forbidden.",
  "call.both.NotAllowedError":
    "The browser does not let this page use your camera and microphone. Allow it in the settings of this site, beside the address, and try again.",
  "call.insecure": "Browsers give camera and microphone only to pages that came over HTTPS. You can join without them.",

  "call.ended.you": "You ended the call.",
  "call.ended.page": "The call ended because you left or reloaded this page.",
  "call.ended.ended": "The call ended on the stranger's side.",
  "call.ended.failed": "The call could not be connected. Your networks may block it; try again, perhaps from another network.",
  "call.ended.unanswered": "The stranger stopped calling.",
  "call.ended.lost": "The connection of the call was lost and did not come back. You can call again.",
  "call.ended.over": "That call is over.",
  "call.no-answer": "The stranger did not answer. You can call again.",
  "call.no-servers": "The server gave no way to connect the call. Try again in a minute.",
  "call.no-webrtc": "Your browser cannot take calls, or does not allow them.",
  "call.not-sent": "There is no connection to the server right now. Try again when it is back.",

  // What the server says to a message about a call, by its code
  "call.refused.cannot-call": "The stranger's program cannot take calls.",
  "call.refused.call-later": "You have asked too often, or the stranger has just declined. Wait half a minute, then ask again.",
  "call.refused.calls-off": "There are no calls on this server any more.",
  "call.refused.stale-call": "That call is over.",
};

export const t = createTexts(ENGLISH);

/** Who asks for what. */
export function invitation(kinds) {
  return t(`call.invites.${["video", "audio"].find((each) => kinds.includes(each)) ?? "nothing"}`);
}

/** `what` is "audio", "video" or "both". */
export function deviceProblem(error, what) {
  if (error?.name === "InsecureError") return t("call.insecure");
  return t(`call.${what}.${error?.name}`) || t(`call.${what}.Error`);
}

/** What the stranger sends, where it is not both. */
export function partnerSends({ audio, video }) {
  if (!audio && !video) return t("call.theirs.nothing");
  if (!video) return t("call.theirs.unseen");
  return audio ? "" : t("call.theirs.muted");
}
