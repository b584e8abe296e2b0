// The interests box, whose text becomes the list for the server. The text stays in this browser.

import { t } from "./texts.js";

const KEY = "loomchat.interests";
/** What keyboards have for a comma: of Latin, Arabic, Chinese and Japanese script. */
const SEPARATOR = /[,;،؛、，；､]/;

export function createInterests(box, note) {
  const hint = note.textContent;
  box.value = stored();

  function problem(text) {
    note.textContent = text || hint;
    note.classList.toggle("problem", Boolean(text));
    box.setAttribute("aria-invalid", String(Boolean(text)));
  }

  box.addEventListener("input", () => problem(""));

  return {
    /** The list, or null when it exceeds a limit, which is then shown beside the box. */
    read({ interests, interestChars }) {
      const list = [...new Set(box.value.split(SEPARATOR).map((each) => each.trim().replace(/\s+/g, " ")).filter(Boolean))];
      const long = list.find((each) => each.normalize("NFKC").length > interestChars);
      if (long) problem(t("interests.long", { interest: long.slice(0, 16), count: interestChars }));
      else if (list.length > interests) problem(t("interests.many", { number: list.length, count: interests }));
      else {
        keep(box.value);
        return list;
      }
      box.focus();
      return null;
    },
    keep: () => keep(box.value),
  };
}

function stored() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

function keep(text) {
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // no storage: the text lasts for this page
  }
}
