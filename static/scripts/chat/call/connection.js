// One call that both have agreed to: its connection, and what has to happen when that does not come or breaks.

import { look } from "./figures.js";
import { createPaced } from "./paced.js";
import { createPeer } from "./peer.js";
import { partnerSends, t } from "./texts.js";

const CONNECT_MILLIS = 20_000;
const LOST_MILLIS = 30_000;
const LOOK_MILLIS = 2_000;
const TELL_MILLIS = 10_000;
const FRESH_BEFORE_SECONDS = 60;
/** Credentials of this age still serve to begin again. */
const YOUNG_MILLIS = 120_000;
const MOST_EARLY_SIGNALS = 100;
/** A stranger whose signals have gaps makes this page begin again no more often than this. */
const AGAIN_MILLIS = 2_000;

/**
 * `accepted` is the server's message. `say(message)` sends something about this call; `sends()` is what the visitor
 * sends now; `failed(text)` ends the call.
 */
export function createConnection({ accepted, devices, view, say, sends, failed }) {
  const begun = performance.now();
  const timers = { connect: 0, lost: 0, look: 0, fresh: 0 };
  const early = []; // signals that came before the servers
  let peer = null;
  let partner = { audio: accepted.kinds.includes("audio"), video: accepted.kinds.includes("video") };
  let restartDue = false; // with the next servers
  let serversAt = 0;
  let signalId = 0;
  let heardId = 0;
  let missedAt = -AGAIN_MILLIS;
  let connected = false;
  let triedAgain = false;
  let firstFrame = 0;
  let figures = null;
  let quality = "good"; // as shown
  let toldAt = 0;

  const signals = createPaced(
    (data) => say({ type: "signal", id: ++signalId, data }),
    () => fail(t("call.ended.failed")),
  );

  view.partner(partner, partnerSends(partner));
  askForServers();
  waitToConnect();
  timers.look = setInterval(watch, LOOK_MILLIS);

  function askForServers() {
    say({ type: "ice" });
  }

  /** An expired credential leaves the connection without a word for ever. */
  function waitToConnect() {
    timers.connect = setTimeout(() => {
      if (connected) return;
      if (triedAgain) return fail(t(peer ? "call.ended.failed" : "call.no-servers"));
      triedAgain = true;
      restartDue = Boolean(peer);
      askForServers();
      waitToConnect();
    }, CONNECT_MILLIS);
  }

  function fail(text) {
    tellFigures();
    failed(text);
  }

  function servers({ policy, servers: fresh, seconds }) {
    clearTimeout(timers.fresh);
    timers.fresh = setTimeout(askForServers, Math.max(60, seconds - FRESH_BEFORE_SECONDS) * 1000);
    serversAt = performance.now();
    if (!peer) {
      try {
        return connect(policy, fresh);
      } catch {
        return fail(t("call.no-webrtc"));
      }
    }
    if (restartDue) peer.restart(fresh);
    else peer.useServers(fresh);
    restartDue = false;
  }

  function connect(policy, fresh) {
    const remote = new MediaStream();
    view.theirs.srcObject = remote;
    view.theirs.requestVideoFrameCallback?.(framed);
    peer = createPeer({
      polite: accepted.polite,
      relayOnly: policy === "relay",
      servers: fresh,
      stream: devices.stream,
      on: {
        signal: signals.add,
        track: (track) => remote.addTrack(track),
        connected: connectedNow,
        interrupted,
        needsServers: restart,
        tooLarge: () => fail(t("call.ended.failed")),
        partner(state) {
          partner = state;
          view.partner(partner, partnerSends(partner));
        },
      },
    });
    for (const each of early.splice(0)) peer.receive(each);
  }

  function signaled({ id, data }) {
    const missing = heardId > 0 && id > heardId + 1;
    heardId = Math.max(heardId, id);
    if (peer) peer.receive(data);
    else if (early.length < MOST_EARLY_SIGNALS) early.push(data);
    if (!missing || performance.now() - missedAt < AGAIN_MILLIS) return;
    missedAt = performance.now();
    restart();
  }

  function connectedNow() {
    connected = true;
    clearTimeout(timers.connect);
    clearTimeout(timers.lost);
    timers.lost = 0;
    view.say(t("call.good"));
    peer.tell(sends());
  }

  function interrupted() {
    if (!connected) return;
    view.say(t("call.interrupted"));
    timers.lost ||= setTimeout(() => fail(t("call.ended.lost")), LOST_MILLIS);
  }

  /** Looks for a way again, with fresh credentials where the last ones are old. What was said last may be lost. */
  function restart() {
    tellSends();
    if (peer && performance.now() - serversAt < YOUNG_MILLIS) return peer.restart();
    restartDue = Boolean(peer);
    askForServers();
  }

  function framed() {
    if (firstFrame) return;
    firstFrame = sinceBegin();
    watch();
  }

  const sinceBegin = () => Math.max(1, Math.round(performance.now() - begun));

  async function watch() {
    if (!connected) return;
    const now = await look(peer.connection, figures, partner.video).catch(() => null);
    if (!now || !timers.look) return;
    if (!firstFrame && (now.frames || (!partner.video && now.audioBytes))) firstFrame = sinceBegin();
    // One bad look may be chance.
    if (now.quality === figures?.quality) quality = now.quality;
    figures = now;
    if (!timers.lost) view.say(t(`call.${quality}`));
    view.panel.dataset.quality = quality;
    if (firstFrame && (!toldAt || performance.now() - toldAt > TELL_MILLIS)) tellFigures();
  }

  function tellSends() {
    if (connected) peer.tell(sends());
  }

  /** For the server's record. */
  function tellFigures() {
    if (!figures) return;
    toldAt = performance.now();
    const { relayed, bytesSent, bytesReceived } = figures;
    say({ type: "call-stats", firstFrameMillis: firstFrame, relayed, bytesSent, bytesReceived });
  }

  return {
    servers,
    signaled,
    restart,
    tellFigures,
    isConnected: () => connected,
    replace: (kind, track) => peer?.replace(kind, track),
    tellSends,
    close() {
      for (const each of Object.keys(timers)) {
        clearTimeout(timers[each]);
        timers[each] = 0;
      }
      signals.close();
      peer?.close();
    },
  };
}
