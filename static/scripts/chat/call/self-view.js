// The visitor's own picture in a corner of the call, which can be moved out of the way: by dragging it, or with the
// arrow keys.

const STEP = 16;

export function movable(picture, stage) {
  // From the lower right corner, as a share of the room, so that it stays in place when the stage changes its size
  let right = 0;
  let down = 0;
  let drag = null;

  function room() {
    return { x: Math.max(1, stage.clientWidth - picture.offsetWidth - 16), y: Math.max(1, stage.clientHeight - picture.offsetHeight - 16) };
  }

  function show() {
    const { x, y } = room();
    picture.style.setProperty("--left", `${-right * x}px`);
    picture.style.setProperty("--up", `${-down * y}px`);
  }

  function moveBy(dx, dy) {
    const { x, y } = room();
    right = Math.min(1, Math.max(0, right - dx / x));
    down = Math.min(1, Math.max(0, down - dy / y));
    show();
  }

  picture.addEventListener("pointerdown", (event) => {
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY };
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    moveBy(event.clientX - drag.x, event.clientY - drag.y);
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => (drag = null));
  picture.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!steps) return;
    event.preventDefault();
    moveBy(...steps);
  });
  const observer = new ResizeObserver(show);
  observer.observe(stage);
  return () => observer.disconnect();
}
