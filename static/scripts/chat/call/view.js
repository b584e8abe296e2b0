// The panel of a call: what it shows in each state. It knows nothing of connections.

import { NONE } from "./devices.js";
import { movable } from "./self-view.js";
import { t } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  audio: "M12 4a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3ZM6 11.500a6 6 0 0 0 12 0M12 17.500V21",
  video: "M4 7h10.500v10H4ZM14.500 11l5.500-3.500v9L14.500 13",
  turn: "M5 9a8 8 0 0 1 14-1M19 4v4.500h-4.500M19 15a8 8 0 0 1-14 1M5 20v-4.500h4.500",
  full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  pip: "M3 5h18v14H3ZM12 12h6v4.500h-6Z",
  end: "M4 14.500c5-4 11-4 16 0l-2 3-3.500-1.500v-2.500h-5V16L6 17.500Z",
};
const SLASH = "M4 4l16 16";

function el(tag, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const [d, kind] of [[ICONS[name], ""], [SLASH, "slash"]]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    if (kind) path.setAttribute("class", kind);
    svg.append(path);
  }
  return svg;
}

/** `does`: what each button does. */
export function createView({ place, does, announce }) {
  const button = (name, label, kind = "") => el("button", { type: "button", id: `call-${name}`, class: `button ${kind}`.trim(), text: label });
  const tool = (name, label) => el("button", { type: "button", id: `call-${name}`, class: "icon-button tool", "aria-label": label, title: label }, icon(name));

  const line = el("p", { class: "call-state", id: "call-state", tabindex: "-1" });
  const partnerNote = el("p", { class: "call-partner", id: "call-partner" });
  const hint = el("p", { class: "call-hint soft" });
  const problem = el("p", { class: "call-problem", id: "call-problem", role: "alert" });
  const theirs = el("video", { id: "call-theirs", class: "call-theirs", autoplay: true, playsinline: true, "aria-label": t("call.theirs") });
  const reveal = button("reveal", t("call.reveal"), "primary");
  const hidden = el("div", { class: "call-hidden" }, el("p", { text: t("call.blurred") }), reveal);
  const mine = el("video", { id: "call-mine", class: "call-mine", autoplay: true, playsinline: true, "aria-label": t("call.mine") });
  mine.muted = true;
  theirs.disablePictureInPicture = true;
  const stage = el("div", { class: "call-stage" }, theirs, partnerNote, hidden, mine);

  const select = (kind, label) => {
    const box = el("select", { id: `call-choose-${kind}` });
    box.addEventListener("change", () => does.choose(kind, box.value));
    return [el("label", { class: "call-device" }, el("span", { text: label }), box), box];
  };
  const [camera, cameras] = select("video", t("call.camera"));
  const [microphone, microphones] = select("audio", t("call.microphone"));
  const devices = el("div", { class: "call-devices" }, camera, microphone);

  const buttons = {
    send: button("send", t("call.call"), "primary"),
    again: button("again", t("call.again")),
    accept: button("accept", t("call.answer"), "primary"),
    decline: button("decline", t("call.decline")),
    cancel: button("cancel", t("call.cancel")),
  };
  const tools = {
    audio: tool("audio", t("call.mute")),
    video: tool("video", t("call.camera.off")),
    turn: tool("turn", t("call.camera.switch")),
    pip: tool("pip", t("call.pip")),
    full: tool("full", t("call.full")),
    end: tool("end", t("call.hang-up")),
  };
  tools.end.classList.add("hang-up");
  const actions = el("div", { class: "call-actions" }, ...Object.values(buttons));
  const controls = el("div", { class: "call-controls", role: "group", "aria-label": t("call.controls") }, ...Object.values(tools));
  const panel = el("section", { class: "call", id: "call", "aria-label": t("call.panel") }, stage, el("div", { class: "call-words" }, line, hint, problem), devices, actions, controls);
  let stopMoving = null;

  for (const [name, each] of [...Object.entries(buttons), ...Object.entries(tools)]) each.addEventListener("click", () => does[name]?.());
  reveal.addEventListener("click", () => show(true));
  // The first picture has come.
  theirs.addEventListener("resize", update);
  tools.full.addEventListener("click", fullScreen);
  tools.pip.addEventListener("click", pictureInPicture);
  document.addEventListener("fullscreenchange", () => {
    label(tools.full, t(document.fullscreenElement ? "call.full.leave" : "call.full"));
    update();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !["preview", "inviting"].includes(state)) return;
    // Otherwise it would be taken for the wish to meet somebody else. In a list it closes that.
    event.stopPropagation();
    if (event.target.tagName !== "SELECT") does.cancel();
  });

  function show(seen) {
    panel.classList.toggle("seen", seen);
    theirs.disablePictureInPicture = !seen;
    if (seen) {
      theirs.play().catch(() => {});
      // Not to a button: Enter held down would press that too.
      line.focus();
    }
    update();
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else panel.parentElement.requestFullscreen().catch(() => {});
  }

  function pictureInPicture() {
    if (document.pictureInPictureElement) document.exitPictureInPicture();
    else theirs.requestPictureInPicture().catch(() => {});
  }

  function label(each, text) {
    each.setAttribute("aria-label", text);
    each.title = text;
  }

  let state = "";
  let asking = false;
  let partner = { audio: true, video: true };
  let own = { audio: false, video: false };

  function update() {
    const on = state === "on";
    const preview = state === "preview";
    const picture = on && partner.video;
    const seen = panel.classList.contains("seen");
    panel.dataset.state = state;
    for (const each of Object.values(buttons)) each.hidden = true;
    buttons.send.hidden = !preview || asking;
    buttons.cancel.hidden = !(preview || state === "inviting");
    buttons.accept.hidden = buttons.decline.hidden = state !== "invited";
    buttons.again.hidden = !preview || asking || !problem.textContent;
    devices.hidden = !preview || asking;
    controls.hidden = !on;
    stage.hidden = !(on || ((preview || state === "inviting") && own.video));
    stage.classList.toggle("bare", on && !partner.video);
    theirs.hidden = !picture;
    hidden.hidden = !picture || seen || !theirs.videoWidth;
    mine.hidden = !own.video;
    mine.tabIndex = on ? 0 : -1;
    hint.hidden = !preview || !hint.textContent;
    tools.pip.hidden = !document.pictureInPictureEnabled || !picture || !seen;
    tools.full.hidden = !document.fullscreenEnabled || (!picture && !document.fullscreenElement);
    actions.hidden = Object.values(buttons).every((each) => each.hidden);
    partnerNote.hidden = !partnerNote.textContent || !on;
  }

  function focus(what) {
    (what === "line" ? line : buttons[what]).focus();
  }

  return {
    panel,
    theirs,

    open(next, text) {
      if (!panel.isConnected) {
        place(panel);
        stopMoving = movable(mine, stage);
      }
      if (next !== state) this.problem("");
      state = next;
      this.say(text);
      update();
    },

    /** A state in words; for all to hear when it has changed. */
    say(text) {
      if (line.textContent === text) return;
      line.textContent = text;
      announce(text);
    },

    /** What to know before the call. */
    hint(text) {
      hint.textContent = text;
      update();
    },

    problem(text) {
      problem.textContent = text;
      update();
    },

    /** The browser asks the visitor for permission. */
    asking(now) {
      asking = now;
      update();
    },

    sendLabel: (text) => (buttons.send.textContent = text),

    /** What the visitor sends. */
    own(stream, sends) {
      own = sends;
      mine.classList.toggle("mirrored", stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment");
      if (mine.srcObject !== stream || sends.video) mine.srcObject = stream;
      // Their names stay: "Turn your microphone on, pressed" would say the contrary.
      for (const kind of ["audio", "video"]) tools[kind].setAttribute("aria-pressed", String(!sends[kind]));
      update();
    },

    partner(sends, text) {
      partner = sends;
      if (text && text !== partnerNote.textContent) announce(text);
      partnerNote.textContent = text;
      update();
    },

    devices({ audio, video }, chosen, current) {
      fill(microphones, audio, "microphone", chosen.audio, current("audio"));
      fill(cameras, video, "camera", chosen.video, current("video"));
      tools.turn.hidden = video.length < 2 || !matchMedia("(pointer: coarse)").matches;
    },

    focus,

    /** The visitor may be writing. */
    focusUnlessElsewhere(what) {
      const now = document.activeElement;
      if (!now || now === document.body || panel.contains(now)) focus(what);
    },

    close() {
      const had = panel.contains(document.activeElement);
      if (document.fullscreenElement) document.exitFullscreen();
      if (document.pictureInPictureElement === theirs) document.exitPictureInPicture();
      stopMoving?.();
      theirs.srcObject = mine.srcObject = null;
      panel.classList.remove("seen");
      theirs.disablePictureInPicture = true;
      delete panel.dataset.quality;
      panel.remove();
      state = "";
      announce("");
      line.textContent = problem.textContent = partnerNote.textContent = "";
      return had;
    },
  };
}

function fill(box, found, what, chosen, current) {
  const options = found.map((each, i) => [each.deviceId, each.label || t(`call.${what}.number`, { number: i + 1 })]);
  box.replaceChildren(...[...options, [NONE, t(`call.${what}.none`)]].map(([value, text]) => el("option", { value, text })));
  box.value = chosen || current || NONE;
}
