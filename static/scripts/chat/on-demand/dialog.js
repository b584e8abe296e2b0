// Dialogs that are built when they are opened, and gone when they are closed. Texts enter them through textContent
// only.

import { stylesheet } from "../stylesheet.js";

// At once, so that a dialog whose module is there opens without a connection too.
stylesheet("/styles/dialogs.css").catch(() => {});

export function element(tag, { text = "", ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  made.append(...children);
  return made;
}

/**
 * Shows a dialog with a title and a form; `closed(value)` gets the value of the button, "cancel" for none. `press` is
 * that of late-press.js. The result is false if it does not open because the visitor is writing: the letters would be
 * lost, and the dialog is there for the next press.
 */
export async function showDialog(press, id, title, contents, closed = () => {}) {
  await stylesheet("/styles/dialogs.css");
  if (press.isOver() || document.querySelector("dialog[open]")) return true;
  if (press.isWriting()) return false;
  const takesFocus = press.hasFocus();
  const heading = element("h2", { id: `${id}-title`, text: title });
  const form = element("form", { method: "dialog" }, heading, ...contents);
  const dialog = element("dialog", { id, class: "sheet", "aria-labelledby": heading.id }, form);
  dialog.returnValue = "cancel";
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed(dialog.returnValue, form);
  });
  document.body.append(dialog);
  dialog.showModal();
  if (takesFocus) return true;
  // Not its first control, which the next key may press
  dialog.tabIndex = -1;
  dialog.focus();
  return true;
}
