// A list of languages. Another language loads the page again, so it is deliberate: arrow keys and letters on the closed
// list only step through it, until Enter or until the visitor goes on. What is picked from the open list holds at once.

const STEPS = /^(Arrow(Up|Down|Left|Right)|Home|End|Page(Up|Down)|[^ ])$/u;

/** `chosen()` when another language holds; `stepped(away)`, from the page's language, at each step before that. */
export function createLanguageList(box, chosen, stepped) {
  let stepping = false; // by the last key, which leaves the list closed
  let open = false; // what was stepped to is neither chosen nor taken back

  const isOther = () => box.value !== document.documentElement.lang;

  function settle() {
    open = false;
    if (isOther()) chosen();
  }

  box.addEventListener("keydown", (event) => {
    stepping = !event.altKey && STEPS.test(event.key);
    if (!open) return;
    if (event.key === "Escape") {
      open = false;
      box.value = document.documentElement.lang;
      stepped(false);
    }
    if (event.key !== "Enter") return;
    // It would press the button of the form, too.
    event.preventDefault();
    settle();
  });
  // WebKit tells no change to what was chosen before the Escape key.
  box.addEventListener("keyup", () => {
    if (stepping && !open && isOther()) {
      open = true;
      stepped(true);
    }
  });
  box.addEventListener("pointerdown", () => (stepping = false));
  box.addEventListener("change", () => {
    open = stepping;
    if (open) stepped(isOther());
    else settle();
  });
  box.addEventListener("blur", () => {
    // Not when the whole page loses the focus, as when somebody looks at another tab.
    if (open && document.activeElement !== box) settle();
  });
}

/** Loads the page again, in that language. */
export function loadIn(language) {
  try {
    localStorage.setItem("loomchat.language", language);
  } catch {
    // no storage: the browser's languages remain
  }
  location.reload();
}
