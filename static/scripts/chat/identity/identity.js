// Who this browser is to the server: an identity without a name (docs/identity.md). The access token is in this page's
// memory only. The refresh token is in a cookie that no script can read and that all tabs share: one tab at a time uses
// it, and gives the others the access token.

import { solve } from "./proof-of-work.js";
import { claims, endSession, makeSession, refreshSession } from "./session-requests.js";

/** Of the lock, of the channel, and of the note in this browser that it has an identity. */
const NAME = "loomchat.identity";
const LEAST_LEFT_MILLIS = 5_000;
const LOCK_WAIT_MILLIS = 10_000;
const OTHER_TABS_ANSWER_MILLIS = 60;
const WITHOUT_COOKIE_MILLIS = 10 * 60_000;
const REFUSALS_OF_A_GUEST = 2;
const CUTS_OF_A_GUEST = 3;

/** The server lets nobody in from here. `until` is a time as text, or null for good. */
export class Banned extends Error {
  constructor({ until, reason = "" }) {
    super("Banned");
    Object.assign(this, { until, reason });
  }
}

/** Where there is no lock or no cookie to share there is no identity: each visitor is a guest. */
export function createIdentity() {
  const possible = Boolean(navigator.locks && navigator.cookieEnabled);
  const tabs = possible ? new BroadcastChannel(NAME) : null;
  let held = null; // what refreshSession() tells of a token
  let newest = { session: "", generation: 0 };
  let endedSession = null;
  let dropped = null; // a token that the server takes no more
  let suspect = null; // a token with which no connection could be made
  let refusals = 0;
  let cuts = 0; // questions in a row for which there was no network
  let pausedUntil = 0;

  if (tabs) tabs.onmessage = ({ data }) => hear(data);

  function hear({ asks, known, forgotten }) {
    if (asks && held) tabs.postMessage({ known: held });
    if (known && known.session !== endedSession && !(held?.ends >= known.ends)) hold(known);
    if (forgotten) end(held?.session);
  }

  function hold(known) {
    held = known;
    if (known.session !== newest.session || known.generation > newest.generation) newest = known;
  }

  function end(session) {
    endedSession = session;
    if (held?.session === session) held = null;
  }

  function isGood(not = null) {
    return Boolean(held) && ![not, dropped].includes(held.token) && held.ends - Date.now() > LEAST_LEFT_MILLIS;
  }

  /** Waits for a token of another tab, if one has any. */
  function askTabs(not) {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, OTHER_TABS_ANSWER_MILLIS);
      const listen = () => isGood(not) && finish();
      function finish() {
        clearTimeout(timer);
        tabs.removeEventListener("message", listen);
        resolve();
      }
      tabs.addEventListener("message", listen);
      tabs.postMessage({ asks: true });
    });
  }

  /** Tries to hold a token other than `not`. Without `make`, only one of the session that there is. */
  async function renew(not, make, signal, noticed) {
    if (!possible || isGood(not) || Date.now() < pausedUntil) return;
    await exclusively(async () => {
      if (isGood(not) || signal?.aborted) return;
      if (held || wasMade()) {
        await askTabs(not);
        if (isGood(not)) return;
        const answer = await refreshed();
        if (!answer.gone) return take(answer);
        held = null;
        if (!make) pausedUntil = Date.now() + WITHOUT_COOKIE_MILLIS;
      }
      if (make) take(await made(signal, noticed));
    });
  }

  /** An older generation than one before comes with an older cookie, which is better replaced at once. */
  async function refreshed() {
    const answer = await refreshSession();
    const late = answer.session === newest.session && answer.generation < newest.generation;
    return late ? refreshSession() : answer;
  }

  async function made(signal, noticed) {
    const answer = await makeSession();
    if (!answer.work) return answer;
    const solution = await solve(answer.work, signal, noticed);
    return solution ? makeSession(solution) : {};
  }

  function take(answer) {
    cuts = answer.cutOff ? cuts + 1 : 0;
    if (answer.banned) throw new Banned(answer.banned);
    if (answer.failed) pausedUntil = Date.now() + answer.retryMillis;
    if (answer.failed && !answer.silent && suspect) dropped = suspect;
    if (!answer.token) return;
    hold(answer);
    noteMade();
    tabs.postMessage({ known: answer });
  }

  return {
    wasMade,
    /**
     * A token to connect with, or null to come as a guest. `noticed()` is called when a proof of work takes its time;
     * `signal` stops it.
     *
     * @throws Banned
     */
    async token(signal, noticed) {
      await renew(suspect, true, signal, noticed);
      if (suspect && isGood(suspect)) {
        suspect = null;
        refusals++;
      }
      if (refusals >= REFUSALS_OF_A_GUEST) {
        refusals = 0;
        return null;
      }
      // Still the suspect, if nobody answered: then there was no network either, and it may be good.
      return isGood() ? held.token : null;
    },
    /** Whether nothing but the network is missing: then it is too early to come as a guest. */
    isCutOff: () => cuts > 0 && cuts < CUTS_OF_A_GUEST,
    /**
     * Another token of the same visitor than `old`, or null.
     *
     * @throws Banned
     */
    async renewed(old) {
      await renew(old, false);
      return isGood(old) && held.subject === claims(old).sub ? held.token : null;
    },
    /** No connection could be made with the token: was it refused, or was there no network? */
    suspect(token) {
      suspect = token;
    },
    /** A connection was made. */
    accepted() {
      suspect = null;
      refusals = 0;
    },
    /** The server takes this token no more. */
    drop(token) {
      dropped = token;
    },
    /** The session of this token is over: so are its other tokens, and the next visitor here is a new one. */
    ended(token) {
      end(claims(token).sid);
      pausedUntil = 0;
    },
    /** Ends the identity in all tabs. Returns whether the server has done so. */
    async forget() {
      let done = false;
      await exclusively(async () => {
        done = await endSession();
        if (!done) return;
        localStorage.removeItem(NAME);
        tabs.postMessage({ forgotten: true });
        end(held?.session);
      });
      return done;
    },
  };
}

/** Nothing happens where the lock cannot be had in time, or at all. */
async function exclusively(work) {
  try {
    await navigator.locks.request(NAME, { signal: AbortSignal.timeout(LOCK_WAIT_MILLIS) }, work);
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
  }
}

// That this browser has an identity. The cookie itself cannot be seen: without this note the first thing that a
// newcomer asks the server would be a question that has no answer.

function wasMade() {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    return false;
  }
}

function noteMade() {
  try {
    localStorage.setItem(NAME, "made");
  } catch {
    // no storage: each load of the page makes an identity
  }
}
