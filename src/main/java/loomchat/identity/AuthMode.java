package loomchat.identity;

/** What the server wants of a visitor: the setting {@code AUTH}. */
public enum AuthMode {
    /** Tokens are ignored: everybody is a guest. */
    OFF,
    /** With a token a visitor is known, without one it is a guest. */
    OPTIONAL,
    /** Nobody comes in without a token. */
    REQUIRED
}
