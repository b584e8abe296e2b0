// What a reload of the page needs to go on with its chat, or with its search for one. It is stored only from the
// moment the page goes away until it is back: a second tab, also a copy of this one, finds nothing and is a visitor of
// its own. What has been there for longer than the server keeps a chat is dropped unread, as in a tab that was closed
// and opened again.

const KEY = "loomchat.chat";
const LAST_KEY = "loomchat.last";
const LAST_MILLIS = 60_000;

/** `state.page` may be too large for the storage: then it is left out. */
export function saveChat(state) {
  if (!put(KEY, state)) put(KEY, { ...state, page: undefined });
}

/** The entries of the last chat, for the time in which the page is loaded in another language. */
export function saveLast(entries) {
  if (entries.length) put(LAST_KEY, { until: Date.now() + LAST_MILLIS, entries });
}

/** False without storage, where a reload begins anew, and when it is full. */
function put(key, state) {
  try {
    sessionStorage.setItem(key, JSON.stringify(state));
    return true;
  } catch {
    return false;
  }
}

export const takeSavedChat = () => take(KEY);

export const takeLast = () => take(LAST_KEY)?.entries ?? [];

function take(key) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    return kept?.until > Date.now() ? kept : null;
  } catch {
    return null;
  }
}
