// What a reload of the page needs to take the chat up again. It is stored only from the moment the page goes away until the page
// is back: a second tab, also a copy of this one, finds nothing and is a person of its own.

const KEY = "loomchat.chat";

export function keepSecret(chat) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(chat));
  } catch {
    // no storage: a reload is a new beginning
  }
}

export function takeSecret() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    return kept?.secret ? kept : null;
  } catch {
    return null;
  }
}
