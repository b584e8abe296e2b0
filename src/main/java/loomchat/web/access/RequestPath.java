package loomchat.web.access;

/** The rule for paths of requests. No state. */
public final class RequestPath {
    private RequestPath() {}

    /**
     * Whether a path is written plainly, so that a proxy in front and this server see the same one.
     *
     * @param raw as the request has it
     * @param decoded as Helidon finds routes by it
     */
    public static boolean isPlain(String raw, String decoded) {
        return raw.equals(decoded) && raw.indexOf(';') < 0 && raw.indexOf('%') < 0 && !raw.contains("//");
    }
}
