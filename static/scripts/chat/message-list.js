// The conversation: bubbles and notes, at most MOST_ENTRIES of them. A stranger's text enters the page through
// textContent only. The list keeps its scroll position; at its end it follows new entries.

import { locale, t } from "./texts.js";

const MOST_ENTRIES = 1000;
const SHORT_CHARS = 700;
const SHORT_LINES = 14;
const MORE_CHARS = 65_536;
const AT_END_PIXELS = 60;
const GRAPHEMES_OF_BIG_EMOJI = 6;

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });

export function createMessageList(list, newButton) {
  let unseen = 0;
  let following = true;

  function atEnd() {
    return list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PIXELS;
  }

  function toEnd() {
    list.scrollTop = list.scrollHeight;
    following = true;
    unseen = 0;
    newButton.hidden = true;
  }

  function append(entry, follow) {
    join(list.lastElementChild, entry);
    list.append(entry);
    while (list.childElementCount > MOST_ENTRIES) list.firstElementChild.remove();
    if (follow || following) return toEnd();
    if (entry.classList.contains("bubble")) unseen++;
    newButton.textContent = unseen === 0 ? t("messages.below") : t("messages.new", { count: unseen });
    newButton.hidden = false;
  }

  list.addEventListener("scroll", () => {
    following = atEnd();
    if (following) toEnd();
  });
  newButton.addEventListener("click", () => {
    toEnd();
    list.focus();
  });
  new ResizeObserver(() => following && toEnd()).observe(list);

  return {
    /** Returns a function that shows the message's state: "sending", "sent", "delivered" or "lost". */
    mine(text) {
      const entry = bubble("mine", t("message.you"), text);
      append(entry, true);
      return (state) => showState(entry, state);
    },
    theirs: (text) => append(bubble("theirs", t("message.stranger"), text), false),
    note(text) {
      append(element("p", "note", text), false);
    },
    clear() {
      list.replaceChildren();
      toEnd();
    },
    /** The height of the list may have changed. */
    settle: () => following && toEnd(),
  };
}

function bubble(side, who, text) {
  const entry = element("div", `bubble ${side}`);
  entry.append(element("span", "visually-hidden", `${who}: `));
  const body = element("p", "text");
  body.dir = "auto";
  entry.append(body);
  const short = shortened(text);
  body.textContent = short;
  if (isBigEmoji(text)) body.classList.add("emoji-only");
  if (short.length < text.length) entry.append(moreButton(body, text));
  const meta = element("p", "meta");
  const time = element("time", "", clock.format(new Date()));
  time.dateTime = new Date().toISOString();
  meta.append(time);
  entry.append(meta);
  return entry;
}

function showState(entry, state) {
  const meta = entry.querySelector(".meta");
  let shown = meta.querySelector(".state");
  if (!shown) {
    meta.append(" · ", (shown = element("span", "state")));
  }
  shown.textContent = t(`message.${state}`);
  meta.classList.toggle("problem", state === "lost");
}

/** Messages of the same person within the same minute show one time. */
function join(before, entry) {
  const shown = (bubble) => `${bubble?.className} ${bubble?.querySelector("time")?.textContent}`;
  if (entry.classList.contains("bubble") && shown(before) === shown(entry)) before.classList.add("joined");
}

/** Shows more at each press: a megabyte at once would keep the browser busy for minutes. */
function moreButton(body, text) {
  let shown = 0;
  body.append("…");
  const what = text.length > MORE_CHARS ? "message.show-more" : "message.show-all";
  const button = element("button", "more", t(what, { count: text.length }));
  button.type = "button";
  button.addEventListener("click", () => {
    shown = wholeEnd(text, shown + MORE_CHARS);
    body.textContent = text.slice(0, shown);
    body.classList.add("whole");
    body.tabIndex = 0;
    body.focus();
    if (shown === text.length) return button.remove();
    body.append("…");
    button.textContent = t("message.show-rest", { count: text.length - shown });
  });
  return button;
}

/** The beginning of a long text. */
export function shortened(text) {
  let end = Math.min(text.length, SHORT_CHARS);
  for (let at = -1, line = 0; (at = text.indexOf("\n", at + 1)) >= 0 && at < end; ) {
    if (++line >= SHORT_LINES) end = at;
  }
  return text.slice(0, wholeEnd(text, end));
}

/** At most `end`, and never inside a surrogate pair. */
function wholeEnd(text, end) {
  if (end >= text.length) return text.length;
  return /[\uD800-\uDBFF]/.test(text[end - 1]) ? end - 1 : end;
}

function isBigEmoji(text) {
  return text.length <= 64 && /^(\p{RGI_Emoji}|\s)+$/v.test(text) && [...new Intl.Segmenter().segment(text)].length <= GRAPHEMES_OF_BIG_EMOJI;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
