// The texts of the page for each phase, and for each way a chat pauses or ends.

const STAGES = {
  start: ["Meet a stranger", "One other person, one thread. No account, and what you say is never stored."],
  connecting: ["Connecting", "Getting hold of the server."],
  working: ["Checking that you are no bot", "Many people are coming in. The server asks your device for a short calculation first; it takes some seconds."],
  waiting: ["Looking for a stranger", "The next person who arrives is yours to talk to."],
  banned: ["You are banned", ""],
};

/** Title and text of the stage. */
export function shownPhase(phase) {
  return STAGES[phase] ?? ["", ""];
}

export const WORKING = STAGES.working[1];

const moment = new Intl.DateTimeFormat([], { dateStyle: "long", timeStyle: "short" });

/** Until when, in the visitor's own time. */
export function banText({ until, reason }) {
  const end = new Date(until ?? NaN);
  const inOneLine = (text) => text.replaceAll(" ", "\u00a0");
  const when = isNaN(end) ? "You cannot chat here any more." : `You cannot chat here until ${inOneLine(moment.format(end))}.`;
  return reason ? `${when} Reason: ${reason}` : when;
}

/** What the server says to a report or a block. */
export const CONFIRMED = {
  reported: "Thank you, your report is in the record.",
  "not reported": "You have reported too often. This report was not taken.",
  blocked: "Blocked: you two will not meet again while you both keep this page open.",
  "blocked for good": "Blocked: you two will not meet again.",
};

export const FORGET_ME = {
  offer: "The server knows this browser by a random name, so that blocks last.",
  meaning: "This ends your chats in all tabs. Whom you blocked can meet you again.",
  done: "Forgotten. Your next chat begins under a new name.",
  failed: "The server could not be reached, and still knows this browser.",
};

export const MOVING = "Moving to another server…";
export const PAUSED = "The connection to the stranger is interrupted. Messages are kept.";

/** My messages that reached nobody, and the stranger's that did not reach me. */
export const LOST = {
  mine: (count) => `${count} of your messages ${count === 1 ? "was" : "were"} lost.`,
  theirs: (count) => `${count} ${count === 1 ? "message of the stranger was" : "messages of the stranger were"} lost.`,
};

/** Why the stranger is away, by the protocol's word for it. */
export const AWAY = {
  broke: "The stranger's connection broke.",
  closed: "The stranger closed or reloaded the page.",
};

/** Why a chat is over, by the protocol's word for it. */
export const ENDINGS = {
  you: "You ended the chat.",
  left: "The stranger has left.",
  next: "The stranger has moved on.",
  gone: "The stranger's connection broke and did not come back.",
  lost: "The connection was lost, and the chat with it.",
  revoked: "The server has ended the session of this browser, and the chat with it.",
  banned: "You are banned, and the chat is over.",
};
