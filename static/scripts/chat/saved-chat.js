// What a reload of the page needs to go on with its chat, or with its search for one. It is stored only from the
// moment the page goes away until it is back: a second tab, also a copy of this one, finds nothing and is a visitor of
// its own. What has been there for longer than the server keeps a chat is dropped unread, as in a tab that was closed
// and opened again.

const KEY = "loomchat.chat";

/** `state.page` may be too large for the storage: then it is left out. */
export function saveChat(state) {
  if (!put(state)) put({ ...state, page: undefined });
}

/** False without storage, where a reload begins anew, and when it is full. */
function put(state) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
    return true;
  } catch {
    return false;
  }
}

export function takeSavedChat() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    return kept?.until > Date.now() ? kept : null;
  } catch {
    return null;
  }
}
