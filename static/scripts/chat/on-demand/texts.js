// The texts in English of what is loaded on demand.

import { createTexts } from "../texts.js";

export const ENGLISH = {
  "safety.what": "What is wrong?",
  "safety.abuse": "Insults or threats",
  "safety.spam": "Advertising or a bot",
  "safety.sexual": "Unwanted sexual content",
  "safety.minor": "A minor at risk",
  "safety.other": "Something else",
  "safety.meaning": "A report holds the reason only, never what was said. Blocking ends the chat if it is still on, and keeps you two apart, at least while both of you stay connected.",
  "safety.report": "Report",
  "safety.both": "Report and block",
  "safety.block": "Block",
  cancel: "Cancel",

  settings: "Settings",
  theme: "Theme",
  "theme.system": "System",
  "theme.light": "Light",
  "theme.dark": "Dark",
  language: "Language",
  "language.ended": "It can be changed on the start page: here the chat on the screen would be lost.",
  "language.call": "It can be changed after the call, which would end with it.",
  "language.offline": "It can be changed once there is a connection: the page is loaded again for it.",
  sound: "Sound",
  "sound.meaning": "A short sound when something happens while this page is hidden.",
  notify: "Notifications",
  "notify.meaning": "While this page is hidden. They say that there is something new, never what was written.",
  "notify.sample": "Notifications are on.",
  "notify.denied": "The browser does not let this page notify you. Allow it in the settings of this site, beside the address, and try again.",
  "notify.impossible": "This browser shows no notifications of this page.",
  done: "Done",

  "link.title": "Open this link?",
  "link.leads": "It leads away from here, to",
  "link.foreign": "This name is written with letters that can look like others. Above is how the network spells it.",
  "link.plain": "The connection to it is not encrypted.",
  "link.open": "Open in a new tab",

  "keep.title": "Chat with a stranger, {time}",
  "keep.lost": "(not delivered)",
  "keep.unknown": "(may not have arrived)",
  "keep.unsent": "(not sent)",
  "keep.copied": "The chat is copied.",
  "keep.not-copied": "The browser does not let this page copy. Save the chat instead.",
  "keep.saved": "The chat is saved as a text file.",
};

export const t = createTexts(ENGLISH);
