package loomchat.identity.refresh;

/** No new token is given. */
public abstract sealed class RefreshRefused extends Exception {
    private RefreshRefused(String message) {
        super(message, null, false, false);
    }

    /** The refresh token is none of ours, or outdated, or its family is over: one answer for all of them. */
    public static final class NoSession extends RefreshRefused {
        NoSession() {
            super("There is no such session");
        }
    }

    /** The identity asks too often. */
    public static final class TooOften extends RefreshRefused {
        TooOften() {
            super("The session was refreshed too often");
        }
    }

    /** The server keeps no more identities. */
    public static final class Full extends RefreshRefused {
        Full() {
            super("The server keeps no more identities");
        }
    }
}
