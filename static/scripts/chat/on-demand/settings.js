// The dialog for what a visitor may choose: theme, language, sound and notifications. Each choice holds at once, and
// stays in this browser.

import { isOn, turn } from "../alerts.js";
import { createLanguageList } from "../language-list.js";
import { element, showDialog } from "./dialog.js";
import { allowNotifications, canNotify, tone } from "./signals.js";
import { t } from "./texts.js";

const THEMES = ["system", "light", "dark"];

/** `isConnected()`: to the server. `again`: with the focus on the languages, of which one has just been chosen. */
export function openSettings({ isConnected, changeLanguage, again }, press) {
  const contents = [
    themes(),
    ...languages(isConnected, changeLanguage, again),
    ...choice("sound", (on) => {
      turn("sound", on);
      if (on) tone();
    }),
    ...notifications(),
    element("div", { class: "row" }, element("button", { class: "button primary", value: "done", text: t("done") })),
  ];
  return showDialog(press, "settings-dialog", t("settings"), contents);
}

/** theme.js listens to these. */
function themes() {
  const now = document.documentElement.dataset.theme ?? "system";
  const choices = THEMES.map((value) => {
    const radio = element("input", { type: "radio", name: "theme", value });
    radio.checked = value === now;
    return element("label", {}, radio, element("span", { text: t(`theme.${value}`) }));
  });
  return element("fieldset", { class: "themes" }, element("legend", { text: t("theme") }), ...choices);
}

/**
 * The choice of the start page once more. It loads the page again, which ends no chat, but loses one that is over, a
 * call, and without a connection the page.
 */
function languages(isConnected, changeLanguage, again) {
  const original = document.getElementById("language");
  const box = original.cloneNode(true);
  box.id = "settings-language";
  box.value = original.value;
  box.autofocus = again;
  const note = element("p", { class: "field-note", id: "settings-language-note", role: "status" });
  function say(text) {
    note.textContent = text;
    note.hidden = !text;
  }
  function locked() {
    const why = obstacle(isConnected);
    say(t(why));
    if (why) box.setAttribute("aria-describedby", note.id);
    return Boolean(why);
  }
  // Just after a reload there may be no connection yet.
  if (again) say("");
  else box.disabled = locked();
  const unlessLocked = (what) => (locked() ? (box.value = original.value) : what());
  const keys = document.getElementById("language-note").textContent;
  createLanguageList(
    box,
    () => unlessLocked(() => changeLanguage(box)),
    (away) => unlessLocked(() => say(away ? keys : "")),
  );
  return [element("label", { class: "setting" }, element("span", { text: t("language") }), box), note];
}

/** The key of the text that says why the language cannot be changed now, or nothing. */
function obstacle(isConnected) {
  const { phase } = document.getElementById("main").dataset;
  if (phase === "ended") return "language.ended";
  if (document.getElementById("call")) return "language.call";
  const needed = ["connecting", "waiting", "chat"].includes(phase);
  return navigator.onLine && (!needed || isConnected()) ? "" : "language.offline";
}

/** A switch with what it means below. */
function choice(name, turned) {
  const id = `settings-${name}`;
  const box = element("input", { type: "checkbox", role: "switch", id, "aria-describedby": `${id}-note` });
  const note = element("p", { class: "field-note", id: `${id}-note`, role: "status", text: t(`${name}.meaning`) });
  box.checked = isOn(name);
  box.addEventListener("change", () => turned(box.checked, box, note));
  return [element("label", { class: "setting" }, element("span", { text: t(name) }), box), note];
}

function notifications() {
  const [label, note] = choice("notify", async (on, box) => {
    turn("notify", false);
    const problem = on ? await allowNotifications() : "";
    turn("notify", on && !problem);
    box.checked = isOn("notify");
    note.textContent = t(problem || "notify.meaning");
  });
  const box = label.querySelector("input");
  box.disabled = !canNotify();
  box.checked &&= canNotify() && Notification.permission === "granted";
  if (box.disabled) note.textContent = t("notify.impossible");
  return [label, note];
}
