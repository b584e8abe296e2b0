// The texts of the page for each phase, and for each way a chat pauses or ends.

const STAGES = {
  start: ["Meet a stranger", "One other person, one thread. No account, and what you say is never stored."],
  connecting: ["Connecting", "Getting hold of the server."],
  waiting: ["Looking for a stranger", "The next person who arrives is yours to talk to."],
};

/** Title and text of the stage. */
export function shownPhase(phase) {
  return STAGES[phase] ?? ["", ""];
}

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
};
