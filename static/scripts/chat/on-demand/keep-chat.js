// The last chat as a text, for the visitor to keep. It does not leave the browser.

import { element } from "./dialog.js";
import { t } from "./texts.js";
import { t as pageText, readersLocales } from "../texts.js";

const full = new Intl.DateTimeFormat(readersLocales, { dateStyle: "full", timeStyle: "short" });
/** What an editor may take for the end of a line. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;
const clock = new Intl.DateTimeFormat(readersLocales, { timeStyle: "short" });

/**
 * One line for each entry of the message list, in the visitor's own format of times. The further lines of a message are
 * indented: none of them can be taken for an entry.
 */
export function textOf(entries) {
  const lines = entries.map(({ side, text, at, state }) => {
    const who = side === "note" ? "–" : `${pageText(side === "mine" ? "message.you" : "message.stranger")}:`;
    const said = text.replace(LINE_BREAK, "\n    ");
    return [clock.format(at), who, said, t(`keep.${state}`)].filter(Boolean).join(" ");
  });
  const time = full.format(begin(entries));
  return [t("keep.title", { time }), "", ...lines, ""].join("\n");
}

function begin(entries) {
  return entries[0]?.at ?? Date.now();
}

/** `tell` shows the visitor what came of it. */
export async function copy(entries, tell) {
  const text = textOf(entries);
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  tell(t(done || copyBySelection(text) ? "keep.copied" : "keep.not-copied"));
}

/** Without HTTPS there is no clipboard for scripts. */
function copyBySelection(text) {
  const before = document.activeElement;
  const box = element("textarea", { class: "visually-hidden", readonly: "", text });
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  before?.focus();
  return done;
}

export function save(entries, tell) {
  const time = new Date(begin(entries));
  time.setMinutes(time.getMinutes() - time.getTimezoneOffset()); // toISOString() writes UTC
  const name = `chat-${time.toISOString().slice(0, 16).replace(/[:T]/g, "-")}.txt`;
  const href = URL.createObjectURL(new Blob([textOf(entries)], { type: "text/plain;charset=utf-8" }));
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
  tell(t("keep.saved"));
}
