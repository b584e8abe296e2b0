// The line on the start page that says by what the server knows this browser, with the button that ends it.

import { confirmPress } from "./confirm-press.js";
import { FORGET_ME } from "./texts.js";

/** `forgotten()` is called when it is done, and the button gone. */
export function createForgetMe(line, identity, announce, forgotten) {
  const text = line.querySelector("span");
  const button = line.querySelector("button");
  const armed = confirmPress(button, forget, (said) => {
    announce(said);
    text.textContent = said ? FORGET_ME.meaning : FORGET_ME.offer;
  });

  async function forget() {
    button.hidden = await identity.forget();
    text.textContent = button.hidden ? FORGET_ME.done : FORGET_ME.failed;
    if (button.hidden) forgotten();
  }

  return {
    /** Only a browser that has an identity has something to forget. */
    show(on) {
      armed.disarm();
      line.hidden = !on || !identity.wasMade();
      button.hidden = false;
    },
  };
}
