// The box for writing a message. Its text stays until it is submitted.

/** `submit(text)` returns an empty string when it accepts the text, else the reason why the text stays in the box. */
export function createComposer(form, { submit, typed = () => {} }) {
  const box = form.querySelector("textarea");
  const send = form.querySelector("button");
  const note = form.querySelector(".composer-note");
  const hint = note.textContent;

  function grow() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
    send.setAttribute("aria-disabled", String(!box.value.trim()));
  }

  function problem(text) {
    note.textContent = text || hint;
    note.classList.toggle("problem", Boolean(text));
    if (text) note.setAttribute("role", "alert");
    else note.removeAttribute("role");
  }

  function put(text) {
    box.value = text;
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
    // isComposing: this Enter only picks a word of an input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    go();
  });
  box.addEventListener("input", () => {
    problem("");
    grow();
    typed(box.value);
  });

  return {
    problem,
    text: () => box.value,
    put,
    focus() {
      // On a touch screen focus opens the keyboard over the page: leave that to the visitor.
      if (!matchMedia("(pointer: coarse)").matches) box.focus();
    },
    /** For another chat. */
    reset() {
      problem("");
      grow();
    },
  };
}
