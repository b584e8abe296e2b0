// A button that ends something has to be pressed twice. The first press arms it for a few seconds; `announce` tells
// visitors who cannot see the button change.

import { t } from "./texts.js";

const ARMED_MILLIS = 4_000;

export function confirmPress(button, confirmed, announce) {
  const label = button.textContent;
  let timer = 0;

  function disarm() {
    clearTimeout(timer);
    timer = 0;
    announce("");
    button.textContent = label;
    button.classList.remove("armed");
  }

  function press() {
    if (timer) {
      disarm();
      confirmed();
      return;
    }
    button.textContent = t("press-again");
    button.classList.add("armed");
    announce(t("press-again.what", { button: label }));
    timer = setTimeout(disarm, ARMED_MILLIS);
  }

  button.addEventListener("click", press);
  return { press, disarm };
}
