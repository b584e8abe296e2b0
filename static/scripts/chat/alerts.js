// Alerts for a page in the background: the title counts the news. A tone and a notification follow where the visitor
// has switched them on; what makes them is loaded with the first of them.

const title = document.title;
const here = {}; // without a storage a choice lasts for this page

/** `name` is "sound" or "notify". */
export function isOn(name) {
  try {
    return localStorage.getItem(`loomchat.${name}`) === "on";
  } catch {
    return Boolean(here[name]);
  }
}

export function turn(name, on) {
  here[name] = on;
  try {
    localStorage.setItem(`loomchat.${name}`, on ? "on" : "off");
  } catch {
    // see isOn()
  }
}

export function createAlerts() {
  let unseen = 0;

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
  });

  return {
    /** Alerts to a match, a message, a call, or the end of the chat. */
    raise(what) {
      if (!document.hidden) return;
      unseen++;
      document.title = `(${unseen}) ${what} – ${title}`;
      if (isOn("sound") || isOn("notify")) import("./on-demand/signals.js").then((module) => module.signal(what), () => {});
    },
  };
}
