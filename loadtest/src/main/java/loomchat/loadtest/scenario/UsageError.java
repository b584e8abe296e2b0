package loomchat.loadtest.scenario;

/** A wrong option, setting or file. The message is one line for the user; exit code 2. */
public final class UsageError extends RuntimeException {
    public UsageError(String message) {
        super(message);
    }

    /** {@code name=value is not allowed: allowed}. */
    public static UsageError notAllowed(String name, Object value, String allowed) {
        return new UsageError(name + "=" + value + " is not allowed: " + allowed);
    }
}
