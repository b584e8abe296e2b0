// The state that a reload of the page needs to resume its chat. It is stored only from the moment the page goes away
// until it is back: a second tab, also a copy of this one, finds nothing and is a visitor of its own.

const KEY = "loomchat.chat";

export function saveChat(chat) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(chat));
  } catch {
    // no storage: a reload begins anew
  }
}

export function takeSavedChat() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    return kept?.secret && kept.outbox.messages ? kept : null;
  } catch {
    return null;
  }
}
