// The last chat as a text, for the visitor to keep. It does not leave the browser.

import { element } from "./dialog.js";
import { t } from "./texts.js";
import { t as pageText, readersLocales } from "../texts.js";

const full = new Intl.DateTimeFormat(readersLocales, { dateStyle: "full", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(readersLocales, { timeStyle: "short" });

/** One line for each entry of the message list, in the visitor's own format of times. */
export function textOf(entries) {
  const lines = entries.map(({ side, text, at, state }) => {
    const who = side === "note" ? "–" : `${pageText(side === "mine" ? "message.you" : "message.stranger")}:`;
    return [clock.format(at), who, text, t(`keep.${state}`)].filter(Boolean).join(" ");
  });
  const time = full.format(begin(entries));
  return [t("keep.title", { time }), "", ...lines, ""].join("\n");
}

function begin(entries) {
  return entries[0]?.at ?? Date.now();
}

export async function copy(entries, announce) {
  const text = textOf(entries);
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  announce(t(done || copyBySelection(text) ? "keep.copied" : "keep.not-copied"));
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

export function save(entries, announce) {
  const day = new Date(begin(entries)).toISOString().slice(0, 16).replace(/[:T]/g, "-");
  const href = URL.createObjectURL(new Blob([textOf(entries)], { type: "text/plain;charset=utf-8" }));
  element("a", { href, download: `chat-${day}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
  announce(t("keep.saved"));
}
