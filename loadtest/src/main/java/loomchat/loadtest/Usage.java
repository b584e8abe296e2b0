package loomchat.loadtest;

/** Something asked for that cannot be done: one line, shown as it is, exit code 2. */
final class Usage extends RuntimeException {
    Usage(String message) {
        super(message);
    }

    /** {@code name=value is not allowed: allowed}. */
    static Usage notAllowed(String name, Object value, String allowed) {
        return new Usage(name + "=" + value + " is not allowed: " + allowed);
    }
}
