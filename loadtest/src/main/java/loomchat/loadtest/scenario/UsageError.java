package loomchat.loadtest.scenario;

/** Something asked for that cannot be done: one line, shown as it is, exit code 2. */
public final class UsageError extends RuntimeException {
    public UsageError(String message) {
        super(message);
    }

    /** {@code name=value is not allowed: allowed}. */
    public static UsageError notAllowed(String name, Object value, String allowed) {
        return new UsageError(name + "=" + value + " is not allowed: " + allowed);
    }
}
