// The waiting room: how many wait and for how long. The clock is hidden from screen readers, which would read each
// second.

import { t } from "./texts.js";

/** `waited`: milliseconds of the first wait that are over, before the page was loaded in another language. */
export function createWaitingRoom(line, waited) {
  const clock = document.createElement("span");
  const others = document.createElement("span");
  clock.setAttribute("aria-hidden", "true");
  line.append(clock, others);
  let since = 0;
  let timer = 0;

  function show() {
    const seconds = Math.floor((performance.now() - since) / 1000);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  return {
    start() {
      if (timer) return;
      since = performance.now() - waited;
      waited = 0;
      timer = setInterval(show, 1000);
      line.hidden = false;
      show();
    },
    /** How many others wait whom this visitor can meet; null while unknown. */
    count(number) {
      others.textContent = number === null ? "" : ` · ${number ? t("waiting.others", { count: number }) : t("waiting.alone")}`;
    },
    stop() {
      clearInterval(timer);
      timer = 0;
      line.hidden = true;
    },
    /** The next wait is another one. */
    forget: () => (waited = 0),
    waited: () => (timer ? performance.now() - since : 0),
  };
}
