// The conversation: bubbles and notes, at most MOST_ENTRIES of them. A stranger's text enters the page through
// textContent only. The list keeps its scroll position; at its end it follows new entries.

import { readersLocales, t } from "./texts.js";

const MOST_ENTRIES = 1000;
const SHORT_CHARS = 700;
const SHORT_LINES = 14;
const MORE_CHARS = 65_536;
const AT_END_PIXELS = 60;
const GRAPHEMES_OF_BIG_EMOJI = 6;

const LINK = /https?:\/\/|www\./i;
/** A group of messages shows one state, that of its last one. Each of these is shown by itself. */
const FAILED = new Set(["lost", "unknown", "unsent"]);

/** Of the texts that a reload keeps. */
const MOST_KEPT_CHARS = 500_000;

/** As the reader's browser writes times, whatever the language of the page is. */
const clock = new Intl.DateTimeFormat(readersLocales, { timeStyle: "short" });
const moment = new Intl.DateTimeFormat(readersLocales, { dateStyle: "full", timeStyle: "short" });

/**
 * An entry is `{side, text, at, id, state, key}`: side is "mine", "theirs" or "note"; `at` in milliseconds; `id` and
 * `state` are those of a message of mine; `key` names a note that changes; `said`, where a note has it, is what `t`
 * makes its text of, in another language after a reload.
 */
export function createMessageList(list, newButton) {
  let entries = [];
  let unseen = 0;
  let below = false; // something came since the reader is elsewhere
  let following = true;
  let height = 0;

  function atEnd() {
    return list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PIXELS;
  }

  function toEnd() {
    list.scrollTop = list.scrollHeight;
    following = true;
    unseen = 0;
    below = false;
    newButton.hidden = true;
  }

  function add(entry) {
    const shown = entry.side === "note" ? element("p", "note", entry.text) : bubble(entry);
    join(list.lastElementChild, shown);
    list.append(shown);
    entries.push(entry);
    while (list.childElementCount > MOST_ENTRIES) {
      list.firstElementChild.remove();
      entries.shift();
    }
    if (entry.side === "mine" || following) toEnd();
    else tellNew(entry.side === "theirs");
    return shown;
  }

  /** Returns a function that shows the state of a message of mine: "sending", "sent", "delivered", or one of FAILED. */
  function addMine(entry) {
    const shown = add(entry);
    const show = (state) => {
      entry.state = state;
      showState(shown, state);
    };
    show(entry.state);
    return show;
  }

  function tellNew(isMessage) {
    if (isMessage) unseen++;
    below = true;
    offerEnd();
  }

  function offerEnd() {
    if (unseen) newButton.textContent = t("messages.new", { count: unseen });
    else newButton.textContent = t(below ? "messages.below" : "messages.end");
    newButton.hidden = false;
  }

  list.addEventListener("scroll", () => {
    // Another size, as when a phone is turned, moves it too.
    if (list.clientHeight !== height) return;
    following = atEnd();
    if (following) toEnd();
    else offerEnd();
  });
  newButton.addEventListener("click", () => {
    toEnd();
    list.focus();
  });
  /** The frame of the focus is for visitors with a keyboard only. */
  list.addEventListener("keydown", () => list.classList.remove("unframed"));
  list.addEventListener("blur", () => {
    // Not when the whole page loses the focus, as when somebody looks at another tab.
    if (document.activeElement !== list) list.classList.remove("unframed");
  });
  new ResizeObserver(() => {
    height = list.clientHeight;
    if (following) toEnd();
  }).observe(list);

  return {
    mine: (text, id) => addMine({ side: "mine", text, at: Date.now(), id, state: "sending" }),
    theirs: (text) => add({ side: "theirs", text, at: Date.now() }),
    note: (text, said) => add({ side: "note", text, said, at: Date.now() }),
    /** A note that takes the place of the last one with this key, at the end of the list. */
    status(key, text, said) {
      const before = entries.findIndex((each) => each.key === key);
      if (before >= 0) {
        entries.splice(before, 1);
        list.children[before].remove();
      }
      add({ side: "note", text, said, at: Date.now(), key });
    },
    clear() {
      list.replaceChildren();
      entries = [];
      toEnd();
    },
    entries: () => entries,
    /** The last ones, within bounds. */
    lastEntries() {
      let chars = 0;
      return entries.slice(1 + entries.findLastIndex((each) => (chars += each.text.length) > MOST_KEPT_CHARS));
    },
    /** Shows entries of before a reload; `open(id, show)` gets each message of mine whose state may still change. */
    restore(kept, open) {
      retell(kept);
      for (const each of kept) {
        const show = each.side === "mine" ? addMine(each) : add(each);
        if (["sending", "sent"].includes(each.state)) open(each.id, show);
      }
    },
    /** The height of the list may have changed. */
    settle: () => following && toEnd(),
    /** Takes the focus from what is gone, without a frame around all. */
    takeFocus() {
      list.classList.add("unframed");
      list.focus();
    },
  };
}

/** Puts notes of before a reload into the language of after it. */
export function retell(entries) {
  for (const each of entries) if (each.said) each.text = t(...each.said) || each.text;
}

function bubble({ side, text, at }) {
  const shown = element("div", `bubble ${side}`);
  // Screen readers need not say again what the visitor has written, nor each step on its way.
  if (side === "mine") shown.setAttribute("aria-live", "off");
  shown.append(element("span", "visually-hidden", `${t(side === "mine" ? "message.you" : "message.stranger")}: `));
  // The bubble has its shape from the page's direction, the words have one of their own.
  const body = element("p", "text");
  const words = element("span", "words");
  words.dir = "auto";
  body.append(words);
  shown.append(body);
  const short = shortened(text);
  say(words, short, short.length < text.length);
  if (isBigEmoji(text)) body.classList.add("emoji-only");
  if (short.length < text.length) shown.append(moreButton(body, words, text));
  const meta = element("p", "meta");
  const date = new Date(at);
  const time = element("time", "", clock.format(date));
  time.dateTime = date.toISOString();
  time.dir = "auto"; // of the reader's language, not of the page's
  time.title = moment.format(date);
  meta.append(time);
  shown.append(meta);
  return shown;
}

/** Puts the text, which is `cut` if more of it follows, in its place, with its links. */
function say(words, text, cut) {
  words.textContent = cut ? `${text}…` : text;
  if (!LINK.test(text)) return;
  const before = words.textContent;
  import("./on-demand/links.js").then(
    (links) => words.textContent === before && links.mark(words, text, cut),
    () => {}, // not loaded: they stay text
  );
}

function showState(entry, state) {
  const meta = entry.querySelector(".meta");
  let shown = meta.querySelector(".state");
  if (!shown) {
    meta.append(" · ", (shown = element("span", "state")));
  }
  shown.textContent = t(`message.${state}`);
  entry.dataset.state = state;
  entry.classList.toggle("failed", FAILED.has(state));
}

/** Messages of the same person within the same minute show one time. */
function join(before, entry) {
  const side = entry.classList.contains("mine") ? "mine" : "theirs";
  const time = (bubble) => bubble.querySelector("time").textContent;
  if (entry.matches(".bubble") && before?.matches(`.bubble.${side}`) && time(before) === time(entry)) before.classList.add("joined");
}

/** Shows more at each press: a megabyte at once would keep the browser busy for minutes. */
function moreButton(body, words, text) {
  let shown = 0;
  const what = text.length > MORE_CHARS ? "message.show-more" : "message.show-all";
  const button = element("button", "more", t(what, { count: text.length }));
  button.type = "button";
  button.addEventListener("click", () => {
    shown = wholeEnd(text, shown + MORE_CHARS);
    say(words, text.slice(0, shown), shown < text.length);
    body.classList.add("whole");
    body.tabIndex = 0;
    body.focus();
    if (shown === text.length) return button.remove();
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
