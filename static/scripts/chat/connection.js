// The connection of a chat: it comes with the token of this browser's identity, or without one as a guest, and gives
// the server a fresh token before the present one ends.

import { Banned } from "./identity/identity.js";
import { solve } from "./identity/proof-of-work.js";
import { guestWork } from "./identity/session-requests.js";
import { createReconnectingSocket } from "./reconnecting-socket.js";

const TOKEN_ENDED = 4003;
const BANNED = 4004;
const EXPIRED = "The token has expired";
const RENEW_AGAIN_MILLIS = 5_000;

/**
 * `on.text(string)`, `on.lost({retryMillis, code, reason, refused})` as with the socket below it, but not refused where
 * the network is known to be missing; `on.working()` when the way in takes a proof of work; `on.revoked()` when the
 * identity was ended, before `on.lost`; `on.banned({until, reason})`, after which the connection has stopped.
 * `on.hurries()` as there; `on.mayBeGuest()` says whether it is of any use to come without a token.
 */
export function createConnection(on, identity) {
  const socket = createReconnectingSocket({ open, text: on.text, lost, hurries: on.hurries }, protocols);
  let token = null; // of the present connection, or of the try
  let fresh = null; // sent to the server, not confirmed yet
  let trying = false; // with what was offered last
  let guestRefused = false;
  let timer = 0;

  async function protocols(signal) {
    trying = false;
    const got = await unlessBanned(() => identity.token(signal, on.working));
    if (signal.aborted || (!got && (identity.isCutOff() || !on.mayBeGuest()))) return null;
    const work = !got && guestRefused ? await solvedAsGuest(signal) : null;
    if (signal.aborted) return null;
    trying = true;
    token = got;
    return ["chat.v1", token && `token.${token}`, work && `work.${work}`].filter(Boolean);
  }

  function open() {
    trying = false;
    identity.accepted();
  }

  async function solvedAsGuest(signal) {
    const work = await guestWork();
    return work && solve(work, signal, on.working);
  }

  async function unlessBanned(obtain) {
    try {
      return await obtain();
    } catch (problem) {
      if (!(problem instanceof Banned)) throw problem;
      ban(problem);
      return null;
    }
  }

  function ban({ until, reason }) {
    stop();
    on.banned({ until, reason });
  }

  /** Why is not in the close frame: the refusal of a fresh token says so. */
  function banned(until) {
    const refused = token;
    identity.drop(token);
    ban({ until, reason: "" });
    if (refused && !document.hidden) unlessBanned(() => identity.renewed(refused));
  }

  function lost({ retryMillis, code, reason = "", refused }) {
    clearTimeout(timer);
    if (code === BANNED) return banned(reason.match(/until (\S+)/)?.[1] ?? null);
    guestRefused = trying && !token;
    if (trying && token && code !== TOKEN_ENDED) identity.suspect(token);
    if (code === TOKEN_ENDED && reason === EXPIRED) identity.drop(token);
    if (code === TOKEN_ENDED && reason !== EXPIRED) {
      identity.ended(token);
      on.revoked();
    }
    on.lost({ retryMillis, code, reason, refused: refused && !identity.isCutOff() });
  }

  async function renew() {
    clearTimeout(timer);
    const old = token;
    const found = await unlessBanned(() => identity.renewed(old));
    if (token !== old || !socket.isOpen()) return;
    // Until the server has one, or closes the connection.
    if (!found) timer = setTimeout(renew, RENEW_AGAIN_MILLIS);
    else socket.send(JSON.stringify({ type: "auth", token: (fresh = found) }));
  }

  function stop() {
    clearTimeout(timer);
    socket.stop();
  }

  return {
    ...socket,
    stop,
    /** The server asks for a fresh token. */
    renew,
    /** The server has taken the fresh token. */
    renewed() {
      token = fresh;
    },
    /** The server refuses the fresh token. */
    notRenewed() {
      identity.drop(fresh);
      timer = setTimeout(renew, RENEW_AGAIN_MILLIS);
    },
  };
}
