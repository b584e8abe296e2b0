// The button for calls. All else of calls is loaded when the visitor presses it, or when the stranger invites.

/**
 * `send(message)` sends a message about the present chat and tells whether it could; `place(panel)` puts the panel of a
 * call into the page; the rest is for what happens: `announce(text)`, `note(text)`, `ring()`, `focusChat()`.
 */
export function createCalls(button, page) {
  let loading = null;

  function load() {
    loading ??= Promise.all([import("./call/call.js"), stylesheet("/styles/call.css")]).then(([module]) => module.createCall(page));
    loading.catch(() => {
      loading = null;
      page.note("The part of the page for calls could not be loaded. Check your connection and try again.");
    });
    return loading;
  }

  /** In the order of the calls, also while the module is on its way. */
  const later = (what) => load().then(what, () => {});
  const ifLoaded = (what) => loading?.then(what, () => {});

  button.addEventListener("click", () => later((call) => call.open()));

  let offered = false;
  let chatting = false;

  function update() {
    button.hidden = !offered || !chatting;
  }

  return {
    /** Whether the server has calls: "relay" or "all", or nothing. */
    offer(policy) {
      offered = Boolean(policy);
      update();
    },
    /** Whether there is a chat. A call does not outlive it. */
    show(now) {
      if (chatting && !now) ifLoaded((call) => call.chatEnded());
      chatting = now;
      update();
    },
    message: (message) => (message.do === "invite" ? later : ifLoaded)((call) => call.message(message)),
    refused: (message) => ifLoaded((call) => call.refused(message)),
    /** `number` is the call that is on, or 0. A page that was reloaded has lost its end of it. */
    resumed(number) {
      if (loading) ifLoaded((call) => call.resumed(number));
      else if (number) page.send({ type: "call", do: "end", call: number });
    },
    back: () => ifLoaded((call) => call.back()),
  };
}

function stylesheet(href) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new Error(href));
    };
    document.head.append(link);
  });
}
