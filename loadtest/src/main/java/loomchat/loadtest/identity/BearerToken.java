package loomchat.loadtest.identity;

import loomchat.loadtest.scenario.UsageError;

/** A token from the environment. It is shown nowhere: not in output, files, errors or {@link #toString}. */
public final class BearerToken {
    private static final int MOST_LENGTH = 8192;

    private final String value;

    private BearerToken(String value) {
        this.value = value;
    }

    /** Null when there is none. {@code name} is the setting's. */
    public static BearerToken of(String name, String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String token = value.strip();
        if (token.length() > MOST_LENGTH || !token.matches("[A-Za-z0-9._~+/=-]+")) {
            throw new UsageError(name + " is not allowed (it is not shown here): a bearer token of at most "
                    + MOST_LENGTH + " characters, of letters, digits and . _ ~ + / = -");
        }
        return new BearerToken(token);
    }

    /** The value of the header {@code Authorization}. */
    public String header() {
        return "Bearer " + value;
    }

    @Override
    public String toString() {
        return "a token";
    }
}
