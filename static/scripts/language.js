// A classic script in <head>, so that the page's language and direction are set before the first paint and its texts
// are on their way. chat/texts.js puts them in; until then the page stays empty, rather than English for a moment.
// A press on the button before the page can do anything is kept for chat/page.js.
(() => {
  const directions = { en: "ltr", de: "ltr", es: "ltr", fr: "ltr", ar: "rtl" };
  const root = document.documentElement;
  let chosen = null;
  try {
    chosen = localStorage.getItem("loomchat.language");
  } catch {
    // no storage: the browser's languages
  }
  const wanted = [chosen ?? "", ...navigator.languages].map((tag) => tag.split("-")[0].toLowerCase());
  const language = wanted.find((each) => Object.hasOwn(directions, each)) ?? "en";
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "wish") return;
    event.preventDefault();
    root.dataset.pressed = "";
  });
  if (language === "en") return; // as the page is written
  root.lang = language;
  root.dir = directions[language];
  root.dataset.texts = "coming";
  // Not with a link that preloads it, which WebKit would not use for the request of texts.js. Null without the texts.
  window.comingTexts = fetch(`/languages/${language}.json`, { signal: AbortSignal.timeout(4_000) })
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
})();
