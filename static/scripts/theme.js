// A classic script in <head>, so that the chosen theme is set before the first paint. Shared by all pages: a button
// with data-theme-switch cycles through system, light and dark, and inputs named "theme" choose one of them. The choice
// stays in this browser.
(() => {
  const key = "loomchat.theme";
  const order = ["system", "light", "dark"];
  const root = document.documentElement;

  let current = "system";

  function stored() {
    try {
      const value = localStorage.getItem(key);
      return order.includes(value) ? value : "system";
    } catch {
      return current; // no storage in this browser: the choice lasts for this page
    }
  }

  function apply(theme) {
    current = theme;
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.hidden = false;
      button.setAttribute("aria-label", `Theme: ${theme}`);
      button.title = `Theme: ${theme}`;
    }
    // The browser's own bars around the page
    for (const meta of document.querySelectorAll("[data-theme-color]")) {
      const its = meta.dataset.themeColor;
      meta.media = theme === "system" ? `(prefers-color-scheme: ${its})` : theme === its ? "all" : "not all";
    }
    // For graphs on a canvas, which have to read their colours again.
    document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
  }

  function choose(theme) {
    try {
      localStorage.setItem(key, theme);
    } catch {
      // see stored()
    }
    apply(theme);
  }

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    apply(stored());
    for (const button of document.querySelectorAll("[data-theme-switch]")) button.addEventListener("click", () => choose(order[(order.indexOf(current) + 1) % order.length]));
  });
  document.addEventListener("change", ({ target }) => target.name === "theme" && choose(target.value));
  addEventListener("storage", (event) => {
    if (event.key === key) apply(stored());
  });
})();
