// The line on the start page that says by what the server knows this browser, with the button that ends it.

import { confirmPress } from "./confirm-press.js";
import { t } from "./texts.js";

/** `forgotten()` is called when it is done, and the button gone. */
export function createForgetMe(line, identity, announce, forgotten) {
  const text = line.querySelector("span");
  const button = line.querySelector("button");
  const armed = confirmPress(button, forget, (said) => {
    announce(said);
    text.textContent = t(said ? "forget.meaning" : "forget.offer");
  });

  async function forget() {
    button.hidden = await identity.forget();
    text.textContent = t(button.hidden ? "forget.done" : "forget.failed");
    if (button.hidden) forgotten();
  }

  return {
    /** Only a browser that has an identity has something to forget. */
    show(on) {
      armed.disarm();
      text.textContent = t("forget.offer");
      line.hidden = !on || !identity.wasMade();
      button.hidden = false;
    },
  };
}
