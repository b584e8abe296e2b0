// The requests to /session and /work (docs/identity.md), and to /readyz after a refusal. None throws: whatever went
// wrong is an answer too.

const DEADLINE_MILLIS = 5_000;
/** A late request goes on without anybody who waits for it, so that the browser takes the cookie in its answer. */
const LATEST_MILLIS = 25_000;
const AGAIN_MILLIS = 2_000;
const AGAIN_LATER_MILLIS = 10 * 60_000;
const NO_NETWORK = { status: 0, body: {}, cutOff: true };
/** What a server answers that may have another answer soon. */
const PASSING = [429, 500, 502, 503, 504];

/**
 * Answers with a token: `{token, ends, generation, session, subject}`, `ends` on the wall clock. Or `{gone: true}`
 * without a session, `{banned: {until, reason}}`, `{work: {challenge, bits}}`, or
 * `{failed: true, silent, cutOff, retryMillis}`: `silent` when there was no answer, `cutOff` when there was no network
 * either. Another try is of no use before `retryMillis`.
 */
export function refreshSession() {
  return withToken("POST", "/session/refresh");
}

/** The same; `work` is a solution, or null. */
export function makeSession(work = null) {
  return withToken("POST", "/session", work && JSON.stringify({ work }));
}

/** Whether the session is no more. */
export async function endSession() {
  const { status } = await request("DELETE", "/session");
  return status === 204 || status === 401;
}

/** What a guest has to solve to be let in: `{challenge, bits}`, or null. */
export async function guestWork() {
  const { body } = await request("GET", "/work");
  return body.required ? body : null;
}

/** Why no connection could be made, as far as the server tells: "full", "unready", or "none" where it does not. */
export async function whyRefused() {
  const { status, text } = await request("GET", "/readyz");
  if (status === 503) return "unready";
  // Something between may answer for the server.
  return status === 200 && text.startsWith("ok") ? "full" : "none";
}

/** What an access token says of itself. Only the server can tell whether it is true. */
export function claims(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}

async function withToken(method, path, content) {
  const { status, body, retryAfter, cutOff = false } = await request(method, path, content);
  if (body.token) {
    const { sub, sid } = claims(body.token);
    return {
      token: body.token,
      ends: Date.now() + body.expiresIn * 1000,
      generation: body.generation,
      session: sid,
      subject: sub,
    };
  }
  if (status === 401) return { gone: true };
  if (status === 428 && body.work) return { work: body.work };
  if (body.error === "banned") return { banned: { until: body.until ?? null, reason: body.reason ?? "" } };
  return { failed: true, silent: status === 0, cutOff, retryMillis: cutOff ? 0 : retryMillis(status, retryAfter) };
}

function retryMillis(status, retryAfter) {
  if (status && !PASSING.includes(status)) return AGAIN_LATER_MILLIS;
  return retryAfter ? Math.min(retryAfter * 1000, AGAIN_LATER_MILLIS) : AGAIN_MILLIS;
}

/** The status is 0 without an answer. */
async function request(method, path, content = null) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, DEADLINE_MILLIS, { status: 0, body: {} })));
  const answer = await Promise.race([answered(method, path, content), late]);
  clearTimeout(timer);
  return answer;
}

async function answered(method, path, content) {
  try {
    const response = await fetch(path, {
      method,
      body: content,
      headers: content ? { "Content-Type": "application/json" } : {},
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      // The page may go away in between: without the cookie in the answer, its next one would look like a thief.
      keepalive: true,
      signal: AbortSignal.timeout(LATEST_MILLIS),
    });
    const text = await response.text();
    // Over plain HTTP a response that broke off in its head looks like an empty one.
    if (!text && response.ok && response.status !== 204) return NO_NETWORK;
    const retryAfter = Number(response.headers.get("Retry-After"));
    return { status: response.status, text, body: parsed(text), retryAfter };
  } catch {
    return NO_NETWORK;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
