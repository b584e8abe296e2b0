// The connection between two browsers: perfect negotiation (W3C WebRTC, 10.7), where either side may begin again at any
// time. Whatever the other side sends is checked, and what is wrong with it changes nothing.

import { shownCandidate, withoutAddresses } from "./sdp.js";

const RESTART_AFTER_MILLIS = 3_000;
const FIRST_OFFER_AFTER_MILLIS = 3_000;
const MOST_SIGNAL_BYTES = 16_384;
const MOST_CANDIDATES_WAITING = 64;

/**
 * `on.signal(text)` carries a text to the other side; `on.track(track)`, `on.connected()`, `on.interrupted()` and
 * `on.needsServers()`, when the way has broken and `restart` with fresh servers may mend it; `on.partner(state)` is
 * what the other side sends; `on.tooLarge()`.
 */
export function createPeer({ polite, relayOnly, servers, stream, on }) {
  const connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: relayOnly ? "relay" : "all", bundlePolicy: "max-bundle" });
  const waiting = []; // candidates that came before a description
  let makingOffer = false;
  let ignoring = false;
  let answering = false;
  let interruptedTimer = 0;
  let closed = false;

  // The other side makes the first offer, so that two do not collide each time.
  let mayOffer = !polite;
  const firstOffer = setTimeout(allowOffers, FIRST_OFFER_AFTER_MILLIS);

  function allowOffers() {
    clearTimeout(firstOffer);
    if (mayOffer) return;
    mayOffer = true;
    if (connection.signalingState === "stable" && !connection.remoteDescription) offer();
  }

  // Without a camera or microphone there is still something to connect.
  if (!polite) connection.createDataChannel("call");
  const senders = {};
  for (const track of stream.getTracks()) senders[track.kind] = connection.addTrack(track, stream);

  function signal(message) {
    const text = JSON.stringify(message);
    if (new TextEncoder().encode(text).length > MOST_SIGNAL_BYTES) return on.tooLarge();
    on.signal(text);
  }

  function describe() {
    const { type, sdp } = connection.localDescription;
    signal({ description: { type, sdp: withoutAddresses(sdp) } });
  }

  async function offer() {
    if (!mayOffer || closed) return;
    try {
      makingOffer = true;
      await connection.setLocalDescription();
      describe();
    } catch {
      // Closed meanwhile, or the other side was faster.
    } finally {
      makingOffer = false;
    }
  }

  connection.onnegotiationneeded = offer;
  connection.onicecandidate = ({ candidate }) => {
    const shown = candidate?.candidate && shownCandidate(candidate, relayOnly);
    if (shown) signal({ candidate: shown });
  };
  connection.ontrack = ({ track }) => on.track(track);
  connection.onconnectionstatechange = () => {
    const state = connection.connectionState;
    clearTimeout(interruptedTimer);
    if (state === "connected") {
      bound();
      on.connected();
    }
    if (state === "disconnected") {
      on.interrupted();
      interruptedTimer = setTimeout(on.needsServers, RESTART_AFTER_MILLIS);
    }
    if (state === "failed") {
      on.interrupted();
      on.needsServers();
    }
  };

  /** A call takes no more than this of the visitor's line. */
  async function bound() {
    const narrow = matchMedia("(max-width: 40rem), (pointer: coarse)").matches;
    for (const sender of connection.getSenders()) {
      if (sender.track?.kind !== "video") continue;
      try {
        const parameters = sender.getParameters();
        for (const each of parameters.encodings) {
          each.maxBitrate = narrow ? 400_000 : 1_200_000;
          each.maxFramerate = 30;
        }
        parameters.degradationPreference = "balanced";
        await sender.setParameters(parameters);
      } catch {
        // An older browser: its own bounds hold.
      }
    }
  }

  async function described(description) {
    if (!["offer", "answer"].includes(description?.type) || typeof description.sdp !== "string") return;
    const ready = !makingOffer && (connection.signalingState === "stable" || answering);
    const collides = description.type === "offer" && !ready;
    ignoring = collides && !polite;
    if (ignoring) return;
    if (description.type === "answer" && connection.signalingState !== "have-local-offer") return;
    answering = description.type === "answer";
    try {
      await connection.setRemoteDescription({ type: description.type, sdp: description.sdp });
    } finally {
      answering = false;
    }
    clearTimeout(firstOffer);
    for (const each of waiting.splice(0)) await found(each).catch(() => {});
    if (description.type === "offer") {
      await connection.setLocalDescription();
      describe();
    }
    mayOffer = true;
  }

  async function found(candidate) {
    if (typeof candidate?.candidate !== "string") return;
    if (!connection.remoteDescription) {
      if (waiting.length < MOST_CANDIDATES_WAITING) waiting.push(candidate);
      return;
    }
    if (!ignoring) await connection.addIceCandidate(candidate);
  }

  return {
    connection,

    /** What the other side said. */
    async receive(text) {
      if (closed) return;
      try {
        const message = JSON.parse(text);
        if (message?.description) await described(message.description);
        else if (message?.candidate) await found(message.candidate);
        else if (message?.state) on.partner({ audio: message.state.audio === true, video: message.state.video === true });
      } catch {
        // Nonsense, or too late: the deadlines of the call decide.
      }
    },

    /** Looks for a way again; what is sent and received goes on over the old one as long as that works. */
    async restart(fresh) {
      if (closed) return;
      try {
        if (fresh) connection.setConfiguration({ ...connection.getConfiguration(), iceServers: fresh });
        if (connection.signalingState === "have-local-offer") await connection.setLocalDescription({ type: "rollback" });
        mayOffer = true;
        connection.restartIce();
      } catch {
        // Closed meanwhile.
      }
    },

    useServers(fresh) {
      try {
        connection.setConfiguration({ ...connection.getConfiguration(), iceServers: fresh });
      } catch {
        // Closed meanwhile.
      }
    },

    /** Sends this track in place of the one of its kind; null sends nothing. */
    async replace(kind, track) {
      if (closed) return;
      try {
        if (senders[kind]) await senders[kind].replaceTrack(track);
        else if (track) senders[kind] = connection.addTrack(track, stream);
        await bound();
      } catch {
        // Closed meanwhile.
      }
    },

    tell: (state) => signal({ state }),

    close() {
      closed = true;
      clearTimeout(firstOffer);
      clearTimeout(interruptedTimer);
      connection.onnegotiationneeded = connection.onicecandidate = connection.ontrack = connection.onconnectionstatechange = null;
      connection.close();
    },
  };
}
