// A press whose code is loaded only now, on a slow network for seconds. Meanwhile the visitor writes on: what opens at
// last must not get the keys, as the next Space or Enter would press a button of it.

const BOXES = "textarea, input";
const latest = new WeakMap(); // button → its press that is under way
let written = 0;

for (const type of ["keydown", "input"]) {
  document.addEventListener(type, ({ target }) => target.matches?.(BOXES) && written++, true);
}

/** Shows `button` busy until `bring(press)` is done. Of several presses the last one counts. */
export async function latePress(button, bring) {
  const left = document.activeElement;
  const before = written;
  const press = {
    /** Pressed again, or the chat for which it was pressed is gone. */
    isOver: () => latest.get(button) !== press || !button.isConnected,
    /** The focus is still where the press left it: what opens may take it. */
    hasFocus() {
      const now = document.activeElement;
      return [null, document.body, button].includes(now) || (now === left && written === before);
    },
    /** A modal dialog would swallow the letters. */
    isWriting: () => written !== before && Boolean(document.activeElement?.matches(BOXES)),
  };
  latest.set(button, press);
  button.setAttribute("aria-busy", "true");
  try {
    return await bring(press);
  } finally {
    if (latest.get(button) === press) dropPress(button);
  }
}

/** Nothing comes of a press of `button` any more. */
export function dropPress(button) {
  latest.delete(button);
  button.removeAttribute("aria-busy");
}
