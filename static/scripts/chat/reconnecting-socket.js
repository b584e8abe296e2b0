// One WebSocket to the page's own address, opened again after a loss with a growing, jittered delay.
// At most one socket and one timer exist at a time; an abandoned socket delivers nothing more.

const FIRST_DELAY_MILLIS = 500;
const LONGEST_DELAY_MILLIS = 15_000;
/** While something would be lost by a late try */
const HURRIED_DELAY_MILLIS = 2_000;
const CONNECT_DEADLINE_MILLIS = 10_000;
const STABLE_AFTER_MILLIS = 5_000;
/** After so long a silence the page asks: the pings of the server no page can see. */
const SILENCE_MILLIS = 20_000;
const ANSWER_MILLIS = 10_000;
const PING = JSON.stringify({ type: "ping" });
/** Close code of a connection that was abandoned for the next one, in case it arrives. */
const WILL_BE_BACK = 4000;

export function address(path = "/ws") {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** The delay before try number `tries` (0 is the first after a loss): half fixed, half random. */
function delayMillis(tries, longest) {
  const ceiling = Math.min(longest, FIRST_DELAY_MILLIS * 2 ** tries);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

/**
 * `on.open()`, `on.text(string)`, and `on.lost({retryMillis, code, reason, refused})` each time a connection ends or
 * cannot be made; code and reason where the browser gives them; `refused` when it was over before it was open. After
 * `on.lost` the next try is scheduled, unless the listener calls `stop()`; within two seconds if `on.hurries()`.
 *
 * `protocols(signal)` is asked before each try for the subprotocols to offer, or null to let this try fail. It has a
 * deadline of its own; `signal` tells it that its answer is not wanted any more.
 */
export function createReconnectingSocket(on, protocols) {
  let attempt = null; // from the question for protocols to the end of the connection
  let socket = null;
  let timer = 0;
  let pulse = 0;
  let tries = 0;
  let wanted = false;

  function start() {
    wanted = true;
    if (!attempt) connect();
  }

  function stop() {
    wanted = false;
    tries = 0;
    clearTimeout(timer);
    abandon();
  }

  /** Replaces the connection by a new one. */
  function restart() {
    stop();
    start();
  }

  async function connect() {
    clearTimeout(timer);
    const { signal } = (attempt = new AbortController());
    let offered = null;
    try {
      offered = await protocols(signal);
    } finally {
      if (!signal.aborted) offered ? open(offered) : lose({ refused: true });
    }
  }

  function open(offered) {
    const opening = new WebSocket(address(), offered);
    let opened = false;
    socket = opening;
    opening.onopen = () => {
      opened = true;
      clearTimeout(timer);
      timer = setTimeout(() => (tries = 0), STABLE_AFTER_MILLIS);
      heard();
      on.open();
    };
    opening.onmessage = (event) => {
      heard();
      on.text(event.data);
    };
    opening.onclose = ({ code, reason }) => lose({ code, reason, refused: !opened });
    timer = setTimeout(lose, CONNECT_DEADLINE_MILLIS);
  }

  /** Something came: the next silence begins. */
  function heard() {
    clearTimeout(pulse);
    pulse = setTimeout(() => {
      socket.send(PING);
      expectAnswer();
    }, SILENCE_MILLIS);
  }

  /** Without anything from the server within some seconds the connection is regarded as lost. */
  function expectAnswer() {
    clearTimeout(pulse);
    pulse = setTimeout(lose, ANSWER_MILLIS);
  }

  /** The connection is lost, or regarded as lost. */
  function lose({ code, reason, refused = false } = {}) {
    pause();
    if (!wanted) return;
    const retryMillis = delayMillis(tries++, on.hurries() ? HURRIED_DELAY_MILLIS : LONGEST_DELAY_MILLIS);
    timer = setTimeout(connect, retryMillis);
    on.lost({ retryMillis, code, reason, refused });
  }

  /** Ends the connection or the try until `lose()`. */
  function pause(code = WILL_BE_BACK) {
    clearTimeout(timer);
    abandon(code);
  }

  function abandon(code = 1000) {
    clearTimeout(pulse);
    attempt?.abort();
    attempt = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
    socket = null;
  }

  function retryNow() {
    if (!wanted || attempt) return;
    tries = 0;
    connect();
  }

  addEventListener("online", retryNow);
  addEventListener("offline", () => socket && lose());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && retryNow());

  return {
    start,
    stop,
    restart,
    lose: () => lose(),
    pause,
    retryNow,
    /** What was sent last has an answer in any case. */
    expectAnswer: () => socket && expectAnswer(),
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    /** False without an open connection: the caller keeps the text. */
    send(text) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
  };
}
