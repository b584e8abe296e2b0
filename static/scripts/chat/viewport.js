// A phone's keyboard covers part of the page; the rest is the visual viewport. The page takes exactly its height.

export function followVisualViewport() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  function follow() {
    if (viewport.scale !== 1) return; // pinched: leave the page as it is
    document.documentElement.style.setProperty("--app-height", `${viewport.height}px`);
    window.scrollTo(0, 0);
  }
  viewport.addEventListener("resize", follow);
  follow();
}
