// A call with the stranger of the present chat, from the invitation to its end (docs/protocol.md, Calls). Long, because
// each message and each button of a call has its few lines here.

import { createConnection } from "./connection.js";
import { createDevices } from "./devices.js";
import { invitation, t } from "./texts.js";
import { createView } from "./view.js";

/**
 * As in calls.js; besides, `policy` is the server's word for the way of media, and `isPolite()` whether this page is
 * the polite one, or null if it does not know.
 */
export function createCall({ send, place, announce, note, ring, focusChat, policy = "relay", isPolite = () => null, ringMillis = 45_000 }) {
  const devices = createDevices(lost);
  // "idle", "preview", "inviting", "invited", or "on"
  let state = "idle";
  let number = 0; // of the call that is on, under way or offered
  let invited = false; // the preview answers an invitation
  let offered = ""; // the invitation, in words
  let connection = null; // while the call is on
  let ringTimer = 0;
  let unsure = false; // the connection broke: the server may not have what was said last

  const view = createView({
    place,
    announce,
    does: {
      send: confirm,
      again: startDevices,
      accept: () => preview(true, true),
      decline,
      cancel,
      choose,
      audio: toggleMicrophone,
      video: toggleCamera,
      turn: turnAround,
      end: hangUp,
    },
  });

  const tell = (what, more) => send({ type: "call", do: what, ...more });
  const sends = () => ({ audio: Boolean(devices.track("audio")?.enabled), video: Boolean(devices.track("video")) });

  // Before the call

  /** The button of the chat; `takesFocus` unless the visitor has gone on to something else since. */
  function open(takesFocus) {
    if (state === "idle") preview(false, takesFocus);
    else if (state === "invited") preview(true, takesFocus);
    else if (takesFocus) view.focus("line");
  }

  async function preview(answers, takesFocus) {
    state = "preview";
    invited = answers;
    view.sendLabel(t(answers ? "call.join" : "call.call"));
    view.open("preview", t("call.asking"));
    view.hint(policy === "all" ? t("call.open-addresses") : "");
    if (takesFocus) view.focus("line");
    await startDevices();
    if (state === "preview") view.focusUnlessElsewhere("send");
  }

  async function startDevices() {
    view.asking(true);
    const problem = await devices.startBoth();
    view.asking(false);
    if (state !== "preview") return devices.stopAll();
    await showDevices();
    view.say(t(devices.track("video") ? "call.preview" : "call.unseen"));
    view.problem(problem);
  }

  async function showDevices() {
    view.own(devices.stream, sends());
    const current = (kind) => devices.track(kind)?.getSettings().deviceId ?? "";
    view.devices(await devices.list(), devices.chosen, current);
  }

  async function choose(kind, id) {
    view.problem(await devices.choose(kind, id));
    if (state !== "preview") return devices.stopAll();
    view.say(t(devices.track("video") ? "call.preview" : "call.unseen"));
    await showDevices();
  }

  /** One that was on is unplugged, or forbidden. */
  async function lost(kind) {
    if (state !== "preview" && state !== "on") return;
    if (state === "preview") await showDevices();
    await connection?.replace(kind, null);
    changed();
    view.problem(t(`call.${kind}.lost`));
  }

  /** The button below the preview. */
  function confirm() {
    const kinds = devices.kinds();
    const sent = invited ? tell("accept", { call: number, kinds }) : tell("invite", { kinds });
    if (!sent) return view.problem(t("call.not-sent"));
    state = "inviting";
    unsure = false;
    if (!invited) waitForAnswer();
    view.open("inviting", t(invited ? "call.accepting" : "call.inviting"));
    view.focus("cancel");
  }

  function waitForAnswer() {
    clearTimeout(ringTimer);
    ringTimer = setTimeout(() => {
      if (number) tell("end", { call: number, why: "unanswered" });
      note(t("call.no-answer"));
      close();
    }, ringMillis);
  }

  function cancel() {
    if (state === "preview" && invited) {
      devices.stopAll();
      state = "invited";
      view.own(devices.stream, sends());
      view.open("invited", offered);
      // From what is hidden now
      return view.focusUnlessElsewhere("accept");
    }
    if (state === "inviting" && number) tell("end", { call: number });
    close();
  }

  function decline() {
    tell("decline", { call: number });
    close();
  }

  // What the server says

  const handlers = {
    invited(message) {
      if (state === "on") return;
      if (state !== "inviting") return tell("end", { call: message.call });
      number = message.call;
      unsure = false;
      // From here on the partner knows of it.
      waitForAnswer();
    },
    invite(message) {
      if (state === "on" && message.call === number) return tell("accept", { call: number, kinds: devices.kinds() });
      if (state === "on") close();
      number = message.call;
      if (state === "preview") {
        invited = true;
        view.sendLabel(t("call.join"));
        return view.say(t("call.invites.too"));
      }
      // Usually this crossed what this page has said. After a break it may be that the server has not got that.
      if (state === "inviting" && unsure) tell("accept", { call: number, kinds: devices.kinds() });
      if (state !== "idle" && state !== "invited") return;
      offered = invitation(message.kinds);
      if (state === "idle") ring();
      state = "invited";
      view.open("invited", offered);
    },
    accept(message) {
      if (state === "on" && message.call === number) {
        unsure = false;
        return connection.restart();
      }
      if (state !== "inviting") return tell("end", { call: message.call });
      begin(message);
    },
    decline(message) {
      if (message.call !== number) return;
      note(t("call.declined", { count: message.seconds }));
      close();
    },
    end(message) {
      if (message.call !== number || state === "idle") return;
      if (state === "preview" && !invited) return;
      const why = state !== "on" && message.why === "ended" ? "unanswered" : message.why;
      if (why !== "you") note(t(`call.ended.${why}`) || t("call.ended.ended"));
      close();
    },
  };

  function message(message) {
    if (message.type === "error") return refused(message);
    if (message.type === "signal" || message.type === "ice") {
      if (state !== "on" || message.call !== number) return;
      return message.type === "ice" ? connection.servers(message) : connection.signaled(message);
    }
    if (Object.hasOwn(handlers, message.do)) handlers[message.do](message);
  }

  function refused({ code }) {
    const text = t(`call.refused.${code}`);
    if (!text || state === "idle" || state === "invited") return;
    if (state === "preview" && !invited) return;
    // Signals of a moment ago may be late; the server says "end" as well.
    if (state === "on" && code === "stale-call" && connection.isConnected() && !unsure) return;
    note(text);
    close();
  }

  // The call

  function begin(accepted) {
    clearTimeout(ringTimer);
    unsure = false;
    state = "on";
    number = accepted.call;
    view.open("on", t("call.connecting"));
    view.own(devices.stream, sends());
    view.focusUnlessElsewhere("line");
    connection = createConnection({
      accepted,
      devices,
      view,
      sends,
      say: (message) => send({ ...message, call: accepted.call }),
      failed(text) {
        tell("end", { call: number, why: "failed" });
        note(text);
        close();
      },
    });
  }

  // What the visitor does in it

  function toggleMicrophone() {
    const track = devices.track("audio");
    if (!track) return turnOn("audio");
    track.enabled = !track.enabled;
    changed();
  }

  async function toggleCamera() {
    if (!devices.track("video")) return turnOn("video");
    devices.stop("video");
    await connection?.replace("video", null);
    changed();
  }

  async function turnOn(kind) {
    if (devices.chosen[kind] === "none") devices.chosen[kind] = "";
    view.problem(await devices.start(kind));
    if (state !== "on") return devices.stopAll();
    await connection.replace(kind, devices.track(kind) ?? null);
    changed();
  }

  async function turnAround() {
    view.problem(await devices.turnAround());
    if (state !== "on") return devices.stopAll();
    await connection.replace("video", devices.track("video") ?? null);
    changed();
  }

  function changed() {
    view.own(devices.stream, sends());
    connection?.tellSends();
  }

  function hangUp() {
    over();
    note(t("call.ended.you"));
    close();
  }

  function over() {
    connection.tellFigures();
    tell("end", { call: number });
  }

  /** All that is on is off. */
  function close() {
    clearTimeout(ringTimer);
    connection?.close();
    connection = null;
    devices.stopAll();
    state = "idle";
    number = 0;
    invited = false;
    if (view.close()) focusChat();
  }

  const beginAgain = () => connection?.isConnected() && connection.restart();
  addEventListener("online", beginAgain);
  // It also changes with each estimate of the speed, which is no other network.
  let network = navigator.connection?.type;
  navigator.connection?.addEventListener?.("change", () => {
    if (network === navigator.connection.type) return;
    network = navigator.connection.type;
    beginAgain();
  });
  function leavePage() {
    if (state === "on") {
      over();
      note(t("call.ended.page"));
    }
    if (state === "inviting" && number) tell("end", { call: number });
    close();
  }

  navigator.mediaDevices?.addEventListener?.("devicechange", () => state === "preview" && showDevices());

  return {
    open,
    message,
    /** Back in the chat; `call` is on, or 0. */
    resumed(call) {
      if (call && call === number && state === "on") return connection.restart();
      if (call && state === "inviting" && isPolite() !== null) return begin({ call, kinds: [], polite: isPolite() });
      // This page has ended it while the server could not be told.
      if (call) tell("end", { call });
      // Invitations are said again, or that they are over.
      unsure = true;
      if (!call && state === "on") tell("invite", { call: number, kinds: devices.kinds() });
    },
    back: () => connection?.restart(),
    /** The page goes away. The partner need not wait until it is clear that it does not come back. */
    leavePage,
    chatEnded: () => state !== "idle" && close(),
  };
}
