// What reaches a visitor who looks elsewhere: a short tone, and a notification that says that there is something new,
// never what was written.

import { isOn } from "../alerts.js";
import { t } from "./texts.js";

let audio = null;
let shown = null;

/** Two soft notes, made here. */
export function tone() {
  audio ??= new AudioContext();
  audio.resume(); // it may have begun before the visitor touched the page
  const start = audio.currentTime;
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
  gain.connect(audio.destination);
  const voice = audio.createOscillator();
  voice.frequency.setValueAtTime(587, start);
  voice.frequency.setValueAtTime(784, start + 0.1);
  voice.connect(gain);
  voice.start(start);
  voice.stop(start + 0.4);
}

/** One at a time. Throws where the browser has notifications for service workers only. */
function notify(what) {
  const { lang, dir } = document.documentElement;
  shown?.close();
  shown = new Notification(document.querySelector(".brand").textContent, {
    body: what,
    tag: "loomchat",
    icon: "/icons/icon-192.png",
    silent: true,
    lang,
    dir: dir || "auto",
  });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}

export const canNotify = () => isSecureContext && "Notification" in window;

/** Asks the visitor and shows the first one; the key of the text that says why there are none, or an empty text. */
export async function allowNotifications() {
  if ((await Notification.requestPermission()) !== "granted") return "notify.denied";
  try {
    notify(t("notify.sample"));
    return "";
  } catch {
    return "notify.impossible";
  }
}

export function signal(what) {
  if (isOn("sound")) tone();
  if (isOn("notify") && canNotify() && Notification.permission === "granted") notify(what);
}

document.addEventListener("visibilitychange", () => document.hidden || shown?.close());
