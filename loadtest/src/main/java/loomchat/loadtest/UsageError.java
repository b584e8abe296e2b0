package loomchat.loadtest;

/** Something asked for that cannot be done: one line, shown as it is, exit code 2. */
final class UsageError extends RuntimeException {
    UsageError(String message) {
        super(message);
    }

    /** {@code name=value is not allowed: allowed}. */
    static UsageError notAllowed(String name, Object value, String allowed) {
        return new UsageError(name + "=" + value + " is not allowed: " + allowed);
    }
}
