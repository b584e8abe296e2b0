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

/** Shows a dialog with a title and a form; `closed(value)` gets the value of the button, "cancel" for none. */
export async function showDialog(id, title, contents, closed = () => {}) {
  await stylesheet("/styles/dialogs.css");
  if (document.querySelector("dialog[open]")) return;
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
}
