// The box in which a message is written. What is typed stays until it was handed over, also over a reload of the page.

const DRAFT_KEY = "loomchat.draft";

/** `submit(text)` returns an empty string when it took the text, else the reason why the text stays in the box. */
export function createComposer(form, { submit, typed = () => {} }) {
  const box = form.querySelector("textarea");
  const send = form.querySelector("button");
  const note = form.querySelector(".composer-note");
  const hint = note.textContent;
  let ready = false;

  function grow() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
    send.setAttribute("aria-disabled", String(!ready || !box.value.trim()));
  }

  function problem(text) {
    note.textContent = text || hint;
    note.classList.toggle("problem", Boolean(text));
    if (text) note.setAttribute("role", "alert");
    else note.removeAttribute("role");
  }

  function put(text) {
    box.value = text;
    keepDraft(text);
    grow();
  }

  function go() {
    if (!box.value.trim()) return;
    const refused = submit(box.value);
    problem(refused);
    if (!refused) put("");
    box.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  box.addEventListener("keydown", (event) => {
    // isComposing: Enter only picks a word of an input method then.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    go();
  });
  box.addEventListener("input", () => {
    problem("");
    keepDraft(box.value);
    grow();
    typed(box.value);
  });
  put(storedDraft());

  return {
    problem,
    /** Puts text that could not be delivered back, before what is being written. */
    putBack: (text) => put(box.value ? `${text}\n${box.value}` : text),
    focus() {
      // On a touch screen a focused box opens the keyboard over the page: leave that to the reader.
      if (!matchMedia("(pointer: coarse)").matches) box.focus();
    },
    /** Whether somebody would read it. The box takes text all the same: it is a draft. */
    setReady(value) {
      ready = value;
      problem("");
      grow();
    },
  };
}

function storedDraft() {
  try {
    return sessionStorage.getItem(DRAFT_KEY) ?? "";
  } catch {
    return "";
  }
}

function keepDraft(text) {
  try {
    sessionStorage.setItem(DRAFT_KEY, text);
  } catch {
    // no storage, or full: the text is still in the box
  }
}
