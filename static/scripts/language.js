// A classic script in <head>, so that the page's language and direction are set before the first paint and its texts
// are on their way. chat/texts.js puts them in; until then the page stays empty, rather than English for a moment.
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
  if (language === "en") return; // as the page is written
  root.lang = language;
  root.dir = directions[language];
  root.dataset.texts = "coming";
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: `/languages/${language}.json` });
  document.head.append(link);
})();
