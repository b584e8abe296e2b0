// The button for calls, where the server has calls. All else of them is loaded when the visitor presses it, or when the
// stranger invites.

import { dropPress, latePress } from "./late-press.js";
import { stylesheet } from "./stylesheet.js";
import { t } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const CAMERA = "M4 7h10.5v10H4ZM14.5 11l5.5-3.5v9L14.5 13";

/**
 * With parts of the page, and the server's word for the way of media, "relay" or "all". The button comes before the one
 * for reports.
 */
export function createCalls({ policy, main, chat, messages, alerts, composer, announce }) {
  const button = createButton();
  document.getElementById("safety").before(button);
  let chatting = false;
  let chats = 0;
  let polite = null; // as long as this page does not know who came last
  let loading = null;
  let loaded = null;

  function load() {
    loading ??= Promise.all([import("./call/call.js"), stylesheet("/styles/call.css")]).then(([module]) =>
      module.createCall({
        send: chat.call,
        place(panel) {
          document.querySelector(".bar").after(panel);
          messages.settle();
        },
        announce,
        note: messages.note,
        ring: () => alerts.raise(t("alert.call")),
        focusChat: composer.focus,
        policy,
        isPolite: () => polite,
      }),
    );
    loading.then((call) => (loaded = call), () => (loading = null));
    return loading;
  }

  /** In the order of the calls, also while the module is on its way; not in another chat, or after this one. */
  function later(what) {
    const now = chats;
    const ifStill = (then) => (value) => (chatting && now === chats ? then(value) : undefined);
    return load().then(ifStill(what), ifStill(() => messages.status("call", t("call.not-loaded"))));
  }

  const ifLoaded = (what) => loading?.then(what, () => {});

  button.addEventListener("click", () =>
    latePress(button, (press) => later((call) => press.isOver() || call.open(press.hasFocus()))),
  );

  /** Whether there is a chat. A call does not outlive it. */
  function update() {
    const now = main.dataset.phase === "chat";
    if (chatting && !now) {
      chats++;
      dropPress(button);
      ifLoaded((call) => call.chatEnded());
    }
    chatting = now;
    button.hidden = !chatting;
  }

  update();
  return {
    update,
    /** `first`: this visitor had waited for the other one. */
    met(first) {
      polite = !first;
    },
    message: (message) => (message.do === "invite" ? later : ifLoaded)((call) => call.message(message)),
    /** `number` is the call that is on, or 0. A page that was reloaded has lost its end of it. */
    resumed(number) {
      if (loading) ifLoaded((call) => call.resumed(number));
      else if (number) chat.call({ type: "call", do: "end", call: number });
    },
    back: () => ifLoaded((call) => call.back()),
    chatEnded: () => ifLoaded((call) => call.chatEnded()),
    /** At once: nothing happens later. */
    leavePage: () => loaded?.leavePage(),
  };
}

function createButton() {
  const button = document.createElement("button");
  Object.assign(button, { className: "icon-button", id: "call-button", type: "button", title: t("call.button"), hidden: true });
  button.setAttribute("aria-label", t("call.button"));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", CAMERA);
  svg.append(path);
  button.append(svg);
  return button;
}
