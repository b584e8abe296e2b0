// The page's texts, by key: in English here and in the page itself, in other languages in /languages, which language.js
// has chosen from. A text is a string with {names} for values, or an object of such by the plural category of {count}.

const root = document.documentElement;
let own = {};
/** For dates and numbers: the language of the page, as the visitor's country writes them if the browser knows that. */
export let locale = root.lang;
let plurals = null;
let numbers = null;

/** In what the reader's browser writes times. A system without a language calls it C, which is no tag of one. */
export const readersLocales = navigator.languages.filter((tag) => {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
});

/** Loads the texts and puts them into the page. Everything that uses texts comes after it (start.js). */
export async function loadTexts() {
  if (root.dataset.texts) own = (await window.comingTexts) ?? inEnglish();
  locale = navigator.languages.find((tag) => tag.toLowerCase().split("-")[0] === root.lang) ?? root.lang;
  plurals = new Intl.PluralRules(root.lang);
  numbers = new Intl.NumberFormat(locale);
  translate();
  delete root.dataset.texts;
  document.getElementById("language").value = root.lang;
}

function inEnglish() {
  root.lang = "en";
  root.dir = "ltr";
  return {};
}

/** A text from outside, such as an interest, keeps its own direction in a line of the other one. */
function shown(value) {
  if (typeof value === "number") return numbers.format(value);
  return root.dir === "rtl" ? `\u2068${value}\u2069` : value;
}

/** The texts of one part of the page: `(key, values)` to text, which is empty for a key that does not exist. */
export function createTexts(english) {
  return (key, values = {}) => {
    const text = own[key] ?? english[key] ?? "";
    const form = typeof text === "string" ? text : (text[plurals.select(values.count)] ?? text.other);
    return form.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
  };
}

export const ENGLISH = {
  "connecting.title": "Connecting",
  "connecting.text": "Contacting the server.",
  "connecting.offline.title": "Waiting for the network",
  "connecting.offline": "The search begins once the network is back.",
  "working.title": "Checking that you are not a bot",
  "working.text": "Many people are coming in. The server asks your device for a short calculation first; it takes some seconds.",
  "waiting.title": "Looking for a stranger",
  "waiting.text": "The chat begins as soon as there is someone you can meet.",
  "waiting.interests": "Looking for a stranger, best of all one who likes {interests}.",
  "waiting.alone": "no one you can meet is waiting yet",
  "waiting.others": { one: "{count} other person is waiting", other: "{count} other people are waiting" },
  stop: "Stop looking",
  "to-start": "Back to start",
  "banned.title": "You are banned",
  "banned.until": "You cannot chat here until {time}.",
  "banned.ever": "You cannot chat here any more.",
  "banned.reason": "Reason: {reason}",
  "banned.reported": "several people reported you",
  "interests.long": { one: "“{interest}…” is longer than {count} letter.", other: "“{interest}…” is longer than {count} letters." },
  "interests.many": { one: "{number} interests are too many; use {count}.", other: "{number} interests are too many; use up to {count}." },

  "matched.first": "You are connected to a stranger. You begin.",
  "matched.second": "You are connected to a stranger. They may begin, or you do.",
  "who.here": "A stranger is here",
  "who.away": "The stranger is away",
  "who.moving": "The stranger is moving to another server",
  "who.paused": "The connection to the stranger is interrupted. Messages are kept.",
  "who.you-away": "You are away",
  "who.nobody": "Nobody is here",
  shared: "You both like {interests}",

  "message.you": "You",
  "message.stranger": "Stranger",
  "message.sending": "sending…",
  "message.sent": "sent",
  "message.delivered": "delivered",
  "message.lost": "not delivered",
  "message.unknown": "may not have arrived",
  "message.unsent": "not sent",
  "message.show-all": { one: "Show all {count} character", other: "Show all {count} characters" },
  "message.show-more": { one: "Show more of {count} character", other: "Show more of {count} characters" },
  "message.show-rest": { one: "Show more, {count} character is left", other: "Show more, {count} characters are left" },
  "messages.below": "New below",
  "messages.end": "To the end",
  "messages.new": { one: "{count} new message", other: "{count} new messages" },

  "say.too-long": "This message is too long. Send it in parts.",

  sure: "{button}?",
  "press-again.what": "{button}: press again to confirm",
  "forget.offer": "The server knows this browser by a random name, so that blocks last.",
  "forget.meaning": "This ends your chats in all tabs. Whom you blocked can meet you again.",
  "forget.done": "Forgotten. Your next chat begins under a new name.",
  "forget.failed": "The server could not be reached, and still knows this browser.",

  "connection.broke": "The connection broke. Trying to get back into this chat…",
  "connection.none": "No connection to the server. Trying again…",
  "connection.full": "The server answers but does not let you in: perhaps every place is taken just now. Trying again…",
  "connection.unready": "The server is stopping or not ready yet. Trying again…",
  "connection.offline": "You are offline. Trying again once the network is back…",
  "connection.moving": "Moving to another server…",
  "connection.stopping": "The server is stopping. The search goes on once it is back.",
  "connection.stopping.chat": "The server is stopping, and this chat ends with it.",
  "back.you": "You are back in the chat.",
  "back.stranger": "The stranger is back.",
  "lost.mine": { one: "{count} of your messages was lost.", other: "{count} of your messages were lost." },
  "lost.theirs": { one: "{count} message of the stranger was lost.", other: "{count} messages of the stranger were lost." },

  // Why the stranger is away, and why a chat is over, by the protocol's words
  "away.broke": {
    one: "The connection to the stranger broke. They have {count} second to come back; what you write is kept for that long.",
    other: "The connection to the stranger broke. They have {count} seconds to come back; what you write is kept for that long.",
  },
  "away.closed": {
    one: "The stranger closed or reloaded the page. They have {count} second to come back; what you write is kept for that long.",
    other: "The stranger closed or reloaded the page. They have {count} seconds to come back; what you write is kept for that long.",
  },
  "ended.you": "You ended the chat.",
  "ended.left": "The stranger has left.",
  "ended.next": "The stranger has moved on.",
  "ended.gone": "The connection to the stranger broke, and they did not come back.",
  "ended.lost": "The connection was lost, and the chat with it.",
  "ended.away": "The chat ended while you were away.",
  "ended.left-away": "The stranger left while you were away.",
  "ended.stopped": "The server is stopping, and the chat ended with it.",
  "ended.restarted": "The server restarted, and the chat ended with it.",
  "ended.revoked": "The session of this browser has ended, perhaps by “Forget me” in another tab, and the chat with it.",
  "ended.banned": "You are banned, and the chat is over.",
  "ended.unsent": "What was not confirmed as sent stays in the box for your next chat, until you reload this page.",

  // What the server says to a message, by its code
  "warned.slow-down": "You are near the limit of messages a second.",
  "warned.too-fast": "You are above the limit of messages a second. What was not taken is sent again in a moment.",
  "warned.away-full": "The stranger is away and no more messages can be kept. What was not taken is sent again.",

  safety: "Report or block",
  "safety.kept": "There is no connection. What you chose is done once it is back, if the server still knows this chat.",
  "safety.not-sent": "The report could not be sent: there is no connection.",
  "safety.not-blocked": "Blocking was not possible: there is no connection.",
  "safety.reported": "Thank you, your report was saved.",
  "safety.reported-before": "You had already reported this stranger for that reason. It was saved then.",
  "safety.unknown": "The server no longer knows this chat. This report or block was not taken.",
  "safety.not-reported": "You have reported too often. This report was not taken.",
  "safety.blocked": "Blocked: you two will not meet again while both of you stay connected.",
  "safety.blocked-for-good": "Blocked: you two will not meet again, unless one of you comes back as somebody new.",

  "alert.match": "Someone is here",
  "alert.message": "New message",
  "alert.ended": "Chat ended",
  "alert.call": "Call",
  "call.button": "Video call",
  "not-loaded": "That part of the page could not be loaded. Check your connection and try again.",
  "late.ready": "{button}: ready now. Nothing opened while you were writing: press it again.",
  "call.not-loaded": "The part of the page for calls could not be loaded. Check your connection and try again.",
};

export const t = createTexts(ENGLISH);

/** Puts the texts of this language in place of the English ones of the page. */
function translate() {
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = own[each.dataset.text] ?? each.textContent;
  for (const each of document.querySelectorAll("[data-placeholder]")) each.placeholder = own[each.dataset.placeholder] ?? each.placeholder;
  for (const each of document.querySelectorAll("[data-label]")) {
    const label = own[each.dataset.label] ?? each.getAttribute("aria-label");
    each.setAttribute("aria-label", label);
    if (each.title) each.title = label;
  }
}
