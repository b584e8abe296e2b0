// The waiting room's clock: how long somebody has been looking, told each second to the eye and not at all to a screen reader,
// which would read each change.

export function createWaiting(line) {
  let since = 0;
  let timer = 0;

  function show() {
    const seconds = Math.floor((performance.now() - since) / 1000);
    line.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  return {
    start() {
      if (timer) return;
      since = performance.now();
      timer = setInterval(show, 1000);
      line.hidden = false;
      show();
    },
    stop() {
      clearInterval(timer);
      timer = 0;
      line.hidden = true;
    },
  };
}
