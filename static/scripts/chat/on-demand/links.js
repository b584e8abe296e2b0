// Links in messages. A stranger's text becomes a link only where what it shows and where it leads cannot be two
// things; everything else stays text. A link has no address of its own in the page: no click, middle click or menu of
// the browser opens it, only the dialog does, which shows the real host.

import { latePress } from "../late-press.js";
import { confirmLink } from "./link-dialog.js";

const CANDIDATE = /(?<![\p{L}\p{N}:/@.=_%&?#-])(?:https?:\/\/|www\.)[^\s<>"]+/giu;
/** With a name before the last dot: "www.so" may be the beginning of another sentence. */
const WITHOUT_SCHEME = /^www\.[^./?#]+\../i;
const MOST_LINKS = 20;
const MOST_CHARS = 2000;
/** Characters behind a link that end a sentence. */
const MOST_AT_END = 8;
/** A message with marks, overrides or isolates of the writing direction shows its letters in another order. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** What cannot be seen, or is taken for a separator by some programs alone. */
const UNSEEN = /[\p{C}\p{DI}\p{Z}\\^`{|}]/u;
/** Ends of sentences, not of addresses. */
const END = /[\p{Po}\p{Pi}\p{Pf}\p{Ps}\p{Pe}]/u;
const PART_OF_ADDRESS = "/#%&@*";
const BRACKETS = { ")": "(", "]": "[" };
/** Names in the Domain Name System as browsers spell them: no addresses by number, no names of a network at home. */
const HOST = /^(?:[a-z0-9_-]{1,63}\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;
const PRIVATE = /\.(?:local|localhost|localdomain|internal|intranet|private|corp|home|lan|arpa)$/;

/** The links in `text` as `{from, shown, url}`. Of a text that is `cut`, one that reaches its end is none. */
export function findLinks(text, cut = false) {
  const found = [];
  if (DIRECTION.test(text)) return found;
  for (const { 0: candidate, index } of text.matchAll(CANDIDATE)) {
    if (cut && index + candidate.length === text.length) break;
    const shown = candidate.length <= MOST_CHARS ? withoutEnd(candidate) : "";
    const url = destination(shown);
    if (url) found.push({ from: index, shown, url });
    if (found.length === MOST_LINKS) break;
  }
  return found;
}

function withoutEnd(text) {
  for (let end = text.length; end > text.length - MOST_AT_END; end--) {
    const last = text[end - 1];
    const shown = text.slice(0, end);
    const opened = BRACKETS[last] && shown.split(BRACKETS[last]).length >= shown.split(last).length;
    if (!END.test(last) || PART_OF_ADDRESS.includes(last) || opened) return shown;
  }
  return "";
}

/** Where it leads, or null if it is not to be a link. What begins with www. is read as people mean it. */
function destination(text) {
  const shown = WITHOUT_SCHEME.test(text) ? `https://${text}` : text;
  if (UNSEEN.test(shown) || !URL.canParse(shown)) return null;
  const url = new URL(shown);
  const isSite = HOST.test(url.hostname) && url.hostname.length <= 253 && !PRIVATE.test(url.hostname);
  const written = shown.split("//")[1].split(/[/?#]/)[0];
  const isPlain = written && !/[@%\u3002]/.test(written) && written === written.normalize("NFKC");
  return isSite && isPlain ? url : null;
}

/** Shows the links of `words`, whose text is `text`, with an ellipsis behind it if it is `cut`. */
export function mark(words, text, cut) {
  const pieces = [];
  let at = 0;
  for (const { from, shown, url } of findLinks(text, cut)) {
    pieces.push(text.slice(at, from), link(shown, url));
    at = from + shown.length;
  }
  if (pieces.length) words.replaceChildren(...pieces, text.slice(at) + (cut ? "…" : ""));
}

function link(shown, url) {
  const made = document.createElement("a");
  Object.assign(made, { className: "link", textContent: shown, dir: "ltr", tabIndex: 0, role: "link" });
  const press = () => latePress(made, (each) => confirmLink(url, each));
  made.addEventListener("click", press);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat) return;
    // Else the same key would press the dialog's button, which has the focus then.
    event.preventDefault();
    press();
  });
  return made;
}
