// A call with the stranger of the present chat, from the invitation to its end (docs/protocol.md, Calls).

import { createDevices } from "./devices.js";
import { look } from "./figures.js";
import { createPeer } from "./peer.js";
import { declined, ENDS, INVITED_TOO, invitation, NO_ANSWER, NO_SERVERS, NOT_SENT, partnerSends, QUALITY, REFUSALS, STATES } from "./texts.js";
import { createView } from "./view.js";

const CONNECT_MILLIS = 20_000;
const LOST_MILLIS = 30_000;
const LOOK_MILLIS = 2_000;
const TELL_MILLIS = 10_000;
const FRESH_BEFORE_SECONDS = 60;
/** Credentials of this age still serve to begin again. */
const YOUNG_MILLIS = 120_000;

export function createCall({ send, place, announce, note, ring, focusChat, ringMillis = 45_000 }) {
  const devices = createDevices();
  // "idle", "preview", "inviting", "invited", or "on"
  let state = "idle";
  let number = 0; // of the call that is on, under way or offered
  let invited = false; // the preview answers an invitation
  let offered = ""; // the invitation, in words
  let polite = false;
  let peer = null;
  let restartDue = false; // with the next servers
  let serversAt = 0;
  let signalId = 0;
  let heardId = 0;
  let early = []; // signals that came before the servers
  let acceptedAt = 0;
  let connected = false;
  let tries = 0;
  let firstFrame = 0;
  let figures = null;
  let toldAt = 0;
  let partner = { audio: false, video: false };
  const timers = { ring: 0, connect: 0, lost: 0, look: 0, fresh: 0 };

  const view = createView({
    place,
    announce,
    does: {
      send: confirm,
      again: startDevices,
      accept: () => preview(true),
      decline,
      cancel,
      choose,
      audio: toggleMicrophone,
      video: toggleCamera,
      turn: turnAround,
      pip() {},
      full() {},
      end: hangUp,
    },
  });

  const tell = (what, more) => send({ type: "call", do: what, ...more });
  const sends = () => ({ audio: Boolean(devices.track("audio")?.enabled), video: Boolean(devices.track("video")) });

  // Before the call

  /** The button of the chat. */
  function open() {
    if (state === "idle") preview(false);
    else if (state === "invited") preview(true);
    else view.focus("line");
  }

  async function preview(answers) {
    state = "preview";
    invited = answers;
    view.sendLabel(answers ? "Join" : "Call");
    view.open("preview", STATES.asking);
    view.focus("line");
    await startDevices();
    if (state === "preview") view.focus("send");
  }

  async function startDevices() {
    view.asking(true);
    const problem = await devices.startBoth();
    view.asking(false);
    if (state !== "preview") return devices.stopAll();
    await showDevices();
    view.say(devices.track("video") ? STATES.preview : STATES.unseen);
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
    view.say(devices.track("video") ? STATES.preview : STATES.unseen);
    await showDevices();
  }

  /** The button below the preview. */
  function confirm() {
    const kinds = devices.kinds();
    const sent = invited ? tell("accept", { call: number, kinds }) : tell("invite", { kinds });
    if (!sent) return view.problem(NOT_SENT);
    state = "inviting";
    view.open("inviting", invited ? STATES.accepting : STATES.inviting);
    view.focus("cancel");
  }

  function cancel() {
    if (state === "preview" && invited) {
      devices.stopAll();
      state = "invited";
      view.own(devices.stream, sends());
      return view.open("invited", offered);
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
      number = message.call;
      if (state === "on") return;
      if (state !== "inviting") return tell("end", { call: number });
      clearTimeout(timers.ring);
      timers.ring = setTimeout(() => {
        tell("end", { call: number, why: "unanswered" });
        note(NO_ANSWER);
        close();
      }, ringMillis);
    },
    invite(message) {
      if (state === "on" && message.call === number) return tell("accept", { call: number, kinds: devices.kinds() });
      if (state === "on") close();
      number = message.call;
      if (state === "preview") {
        invited = true;
        view.sendLabel("Join");
        return view.say(INVITED_TOO);
      }
      if (state !== "idle" && state !== "invited") return;
      offered = invitation(message.kinds);
      if (state === "idle") ring();
      state = "invited";
      view.open("invited", offered);
    },
    accept(message) {
      if (state === "on" && message.call === number) return restart();
      if (state !== "inviting") return tell("end", { call: message.call });
      begin(message);
    },
    decline(message) {
      if (message.call !== number) return;
      note(declined(message.seconds));
      close();
    },
    end(message) {
      if (message.call !== number || state === "idle") return;
      if (state === "preview" && !invited) return;
      if (message.why !== "you") note(state === "on" || message.why !== "ended" ? ENDS[message.why] ?? ENDS.ended : ENDS.unanswered);
      close();
    },
  };

  function message(message) {
    if (message.type === "signal") return signaled(message);
    if (message.type === "ice") return servers(message);
    if (Object.hasOwn(handlers, message.do)) handlers[message.do](message);
  }

  function refused({ code }) {
    if (!Object.hasOwn(REFUSALS, code) || state === "idle" || state === "invited") return;
    if (state === "preview" && !invited) return;
    // Signals of a moment ago may be late; the server says "end" as well.
    if (state === "on" && code === "stale-call" && connected) return;
    note(REFUSALS[code]);
    close();
  }

  // The call

  function begin(accepted) {
    clearTimeout(timers.ring);
    state = "on";
    number = accepted.call;
    polite = accepted.polite;
    partner = { audio: accepted.kinds.includes("audio"), video: accepted.kinds.includes("video") };
    signalId = heardId = tries = firstFrame = toldAt = 0;
    early = [];
    figures = null;
    connected = false;
    acceptedAt = performance.now();
    view.open("on", STATES.connecting);
    view.own(devices.stream, sends());
    view.partner(partner, partnerSends(partner));
    view.focus("line");
    askForServers();
    waitToConnect();
    timers.look = setInterval(watch, LOOK_MILLIS);
  }

  const askForServers = () => send({ type: "ice", call: number });

  /** An expired credential leaves the connection without a word for ever. */
  function waitToConnect() {
    clearTimeout(timers.connect);
    timers.connect = setTimeout(() => {
      if (connected) return;
      if (tries++ === 0) {
        serversAt = -YOUNG_MILLIS;
        restart();
        return waitToConnect();
      }
      fail(peer ? ENDS.failed : NO_SERVERS);
    }, CONNECT_MILLIS);
  }

  function fail(text) {
    stats();
    tell("end", { call: number, why: "failed" });
    note(text);
    close();
  }

  function servers({ policy, servers: fresh, seconds, call }) {
    if (state !== "on" || call !== number) return;
    clearTimeout(timers.fresh);
    timers.fresh = setTimeout(askForServers, Math.max(60, seconds - FRESH_BEFORE_SECONDS) * 1000);
    serversAt = performance.now();
    if (peer) {
      if (restartDue) peer.restart(fresh);
      else peer.useServers(fresh);
      restartDue = false;
      return;
    }
    const remote = new MediaStream();
    view.theirs.srcObject = remote;
    view.theirs.requestVideoFrameCallback?.(framed);
    peer = createPeer({
      polite,
      relayOnly: policy === "relay",
      servers: fresh,
      stream: devices.stream,
      on: {
        signal: (data) => send({ type: "signal", call: number, id: ++signalId, data }),
        track: (track) => remote.addTrack(track),
        connected: connectedNow,
        interrupted,
        needsServers: restart,
        tooLarge: () => fail(ENDS.failed),
        partner(state) {
          partner = state;
          view.partner(partner, partnerSends(partner));
        },
      },
    });
    for (const each of early.splice(0)) peer.receive(each);
  }

  function signaled({ call, id, data }) {
    if (state !== "on" || call !== number) return;
    const missing = heardId > 0 && id > heardId + 1;
    heardId = Math.max(heardId, id);
    if (!peer) return early.push(data);
    peer.receive(data);
    if (missing) restart();
  }

  function connectedNow() {
    const first = !connected;
    connected = true;
    clearTimeout(timers.connect);
    clearTimeout(timers.lost);
    timers.lost = 0;
    view.say(STATES.on);
    if (first || !sends().video || !sends().audio) peer.tell(sends());
  }

  function interrupted() {
    if (!connected) return;
    view.say(STATES.interrupted);
    timers.lost ||= setTimeout(() => fail(ENDS.lost), LOST_MILLIS);
  }

  /** Looks for a way again, with fresh credentials where the last ones are old. */
  function restart() {
    if (state !== "on") return;
    if (peer && performance.now() - serversAt < YOUNG_MILLIS) return peer.restart();
    restartDue = Boolean(peer);
    askForServers();
  }

  function framed() {
    if (state !== "on" || firstFrame) return;
    firstFrame = Math.max(1, Math.round(performance.now() - acceptedAt));
    watch();
  }

  async function watch() {
    if (!peer || !connected) return;
    const current = peer;
    const now = await look(current.connection, figures).catch(() => null);
    if (!now || current !== peer) return;
    if (!firstFrame && (now.frames || (!partner.video && now.audioBytes))) firstFrame = Math.max(1, Math.round(performance.now() - acceptedAt));
    figures = now;
    if (!timers.lost) view.say(QUALITY[now.quality]);
    view.panel.dataset.quality = now.quality;
    if (firstFrame && (!toldAt || performance.now() - toldAt > TELL_MILLIS)) stats();
  }

  function stats() {
    if (!figures) return;
    toldAt = performance.now();
    const { relayed, bytesSent, bytesReceived } = figures;
    send({ type: "call-stats", call: number, firstFrameMillis: firstFrame, relayed, bytesSent, bytesReceived });
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
    await peer?.replace("video", null);
    changed();
  }

  async function turnOn(kind) {
    if (devices.chosen[kind] === "none") devices.chosen[kind] = "";
    view.problem(await devices.start(kind));
    if (state !== "on") return devices.stopAll();
    await peer?.replace(kind, devices.track(kind) ?? null);
    changed();
  }

  async function turnAround() {
    view.problem(await devices.turnAround());
    if (state !== "on") return devices.stopAll();
    await peer?.replace("video", devices.track("video") ?? null);
    changed();
  }

  function changed() {
    view.own(devices.stream, sends());
    if (connected) peer?.tell(sends());
  }

  function hangUp() {
    stats();
    tell("end", { call: number });
    note(ENDS.you);
    close();
  }

  /** All that is on is off. */
  function close() {
    for (const each of Object.keys(timers)) {
      clearTimeout(timers[each]);
      timers[each] = 0;
    }
    peer?.close();
    peer = null;
    devices.stopAll();
    state = "idle";
    number = 0;
    connected = invited = restartDue = false;
    if (view.close()) focusChat();
  }

  for (const event of ["online", "pageshow"]) addEventListener(event, () => connected && restart());
  navigator.connection?.addEventListener?.("change", () => connected && restart());
  addEventListener("pagehide", close);
  navigator.mediaDevices?.addEventListener?.("devicechange", () => state === "preview" && showDevices());

  return {
    open,
    message,
    refused,
    /** Back in the chat; `call` is on, or 0. */
    resumed(call) {
      // Invitations are said again, or that they are over.
      if (state !== "on") return;
      if (call === number) return restart();
      tell("invite", { call: number, kinds: devices.kinds() });
    },
    back: () => state === "on" && restart(),
    chatEnded: () => state !== "idle" && close(),
  };
}
