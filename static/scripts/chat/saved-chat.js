// What a reload of the page needs to go on with its chat, or with its search for one. It is stored only from the
// moment the page goes away until it is back: a second tab, also a copy of this one, finds nothing and is a visitor of
// its own. What has been there for longer than the server keeps a chat is dropped unread, as in a tab that was closed
// and opened again.

const KEY = "loomchat.chat";
const VIEW_KEY = "loomchat.view";
const VIEW_MILLIS = 60_000;

/** `state.page` may be too large for the storage: then it is left out. */
export function saveChat(state) {
  if (!put(KEY, state)) put(KEY, { ...state, page: undefined });
}

/**
 * What else is to be as before when the page was loaded in another language: `focus`, the id of what had the focus;
 * `waited`, in milliseconds; `last`, the entries of the last chat, which may be too large.
 */
export function saveView(view) {
  const state = { until: Date.now() + VIEW_MILLIS, ...view };
  if (!put(VIEW_KEY, state)) put(VIEW_KEY, { ...state, last: [] });
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

export const takeView = () => take(VIEW_KEY) ?? { last: [], waited: 0 };

function take(key) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    return kept?.until > Date.now() ? kept : null;
  } catch {
    return null;
  }
}
