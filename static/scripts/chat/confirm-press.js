// A button that ends something has to be pressed twice. The first press arms it for a few seconds, in which it asks in
// the same place and width; `announce` tells visitors who cannot see the button change.

import { t } from "./texts.js";

const ARMED_MILLIS = 4_000;

export function confirmPress(button, confirmed, announce) {
  const label = button.textContent;
  // One above the other, so that the button is as wide as the wider one.
  const faces = [label, t("sure", { button: label })].map((text) => {
    const face = document.createElement("span");
    face.textContent = text;
    return face;
  });
  let timer = 0;
  button.replaceChildren(...faces);
  button.classList.add("confirm");

  function disarm() {
    clearTimeout(timer);
    timer = 0;
    announce("");
    button.classList.remove("armed");
  }

  function press() {
    if (timer) {
      disarm();
      confirmed();
      return;
    }
    button.classList.add("armed");
    announce(t("press-again.what", { button: label }));
    timer = setTimeout(disarm, ARMED_MILLIS);
  }

  button.addEventListener("click", press);
  return { press, disarm };
}
