// Alerts for a page in the background: the title counts the news, and a soft tone sounds if the visitor switched sound
// on.

import { t } from "./texts.js";

const SOUND_KEY = "loomchat.sound";
const title = document.title;

export function createAlerts(soundButton) {
  let unseen = 0;
  let audio = null;
  let sound = stored();

  function show() {
    soundButton.setAttribute("aria-pressed", String(sound));
    soundButton.title = t(sound ? "sound.on" : "sound.off");
  }

  soundButton.addEventListener("click", () => {
    sound = !sound;
    keep(sound);
    show();
    if (sound) tone();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
  });
  show();

  function tone() {
    audio ??= new AudioContext();
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

  return {
    /** Alerts to a match, a message, or the end of the chat. */
    raise(what) {
      if (!document.hidden) return;
      unseen++;
      document.title = `(${unseen}) ${what} – ${title}`;
      if (sound) tone();
    },
  };
}

function stored() {
  try {
    return localStorage.getItem(SOUND_KEY) === "on";
  } catch {
    return false;
  }
}

function keep(sound) {
  try {
    localStorage.setItem(SOUND_KEY, sound ? "on" : "off");
  } catch {
    // no storage: the choice lasts for this page
  }
}
