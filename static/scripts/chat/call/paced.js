// Signals go no faster than the server takes them. Without this a stranger who begins again and again would make this
// page answer so often that the server closes its connection.

const AT_ONCE = 60;
const PER_SECOND = 25;
const MOST_WAITING = 200;

/** `send(data)` sends one; `tooMany()` is called once when more wait than a call can need. */
export function createPaced(send, tooMany) {
  const waiting = [];
  let allowed = AT_ONCE;
  let countedAt = performance.now();
  let timer = 0;

  function pump() {
    clearTimeout(timer);
    timer = 0;
    const now = performance.now();
    allowed = Math.min(AT_ONCE, allowed + ((now - countedAt) / 1000) * PER_SECOND);
    countedAt = now;
    while (waiting.length && allowed >= 1) {
      allowed--;
      send(waiting.shift());
    }
    if (waiting.length) timer = setTimeout(pump, 1000 / PER_SECOND);
  }

  return {
    add(data) {
      waiting.push(data);
      if (waiting.length === MOST_WAITING) return tooMany();
      if (!timer) pump();
    },
    close() {
      clearTimeout(timer);
      waiting.length = 0;
    },
  };
}
