// A button that ends something has to be pressed twice. The first press arms it for a few seconds, in which it asks in
// the same place and width; `announce` tells visitors who cannot see the button change. One button is armed at a time,
// and none once the visitor goes on with something else.

import { t } from "./texts.js";

const ARMED_MILLIS = 4_000;
/** A second click that comes sooner belongs to a double click. */
const DOUBLE_CLICK_MILLIS = 400;

let disarmOther = () => {};
let armed = null; // the button, or the last one that was

for (const event of ["input", "submit", "click", "keydown"]) document.addEventListener(event, goOn, true);

function goOn({ type, key, target }) {
  if (armed?.contains(target) || (type === "keydown" && key !== "Enter")) return;
  disarmOther();
}

export function confirmPress(button, confirmed, announce) {
  const label = button.textContent;
  // One above the other, so that the button is as wide as the wider one.
  const faces = [label, t("sure", { button: label })].map((text) => {
    const face = document.createElement("span");
    face.textContent = text;
    return face;
  });
  let timer = 0;
  let armedAt = 0;
  button.replaceChildren(...faces);
  button.classList.add("confirm");

  function disarm() {
    if (!timer) return;
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
    disarmOther();
    disarmOther = disarm;
    armed = button;
    armedAt = performance.now();
    button.classList.add("armed");
    announce(t("press-again.what", { button: label }));
    timer = setTimeout(disarm, ARMED_MILLIS);
  }

  button.addEventListener("click", (event) => {
    // A press of a key has no detail.
    if (timer && event.detail && performance.now() - armedAt < DOUBLE_CLICK_MILLIS) return;
    press();
  });
  return { press, disarm };
}
