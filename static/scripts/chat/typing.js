// Typing indicators. Ours goes out at the first letter, again while typing goes on, and when it stops.

const AGAIN_MILLIS = 3_000;
const STOPS_MILLIS = 5_000;
const EXPIRES_MILLIS = 6_000;

export function createTyping(tell) {
  let toldAt = 0;
  let timer = 0;

  /** `quietly`: without telling the partner, because a message follows or the chat is over. */
  function stop(quietly) {
    clearTimeout(timer);
    if (toldAt && !quietly) tell(false);
    toldAt = 0;
  }

  return {
    stop,
    typed(text) {
      if (!text) return stop();
      const now = performance.now();
      if (!toldAt || now - toldAt > AGAIN_MILLIS) {
        toldAt = now;
        tell(true);
      }
      clearTimeout(timer);
      timer = setTimeout(stop, STOPS_MILLIS);
    },
  };
}

/** Shows that the partner types; disappears by itself when no further sign arrives. */
export function createTypingSign(line, shown) {
  let timer = 0;
  return (on) => {
    clearTimeout(timer);
    if (line.hidden === on) {
      line.hidden = !on;
      shown();
    }
    if (on) timer = setTimeout(() => (line.hidden = true), EXPIRES_MILLIS);
  };
}
