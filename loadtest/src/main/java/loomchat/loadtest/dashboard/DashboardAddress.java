package loomchat.loadtest.dashboard;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.loadtest.scenario.UsageError;

/**
 * Where the live page of a run listens: the value of {@code DASHBOARD}.
 *
 * @param host as it was asked for, a name or an address
 */
public record DashboardAddress(String host, InetSocketAddress socket) {
    static final String SETTING = "DASHBOARD";
    private static final int PORT = 5665;
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern SHAPE =
            Pattern.compile("(?:(?<host>[0-9A-Za-z._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])?:)?(?<port>\\d{1,5})");

    /** Null when no page is asked for. */
    public static DashboardAddress parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "false", "no", "off" -> null;
            case "true", "yes", "on" -> of(text, LOOPBACK, PORT);
            default -> {
                Matcher match = SHAPE.matcher(text);
                if (!match.matches() || Integer.parseInt(match.group("port")) > 65535) {
                    throw UsageError.notAllowed(
                            SETTING,
                            text,
                            "true (which is " + LOOPBACK + ":" + PORT + "), false, :port or address:port, such as :"
                                    + PORT);
                }
                String host = match.group("host");
                yield of(text, host == null ? LOOPBACK : host, Integer.parseInt(match.group("port")));
            }
        };
    }

    /** Whether it has the shape of an address. */
    public static boolean is(String text) {
        return SHAPE.matcher(text).matches();
    }

    private static DashboardAddress of(String text, String host, int port) {
        try {
            return new DashboardAddress(host, new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw UsageError.notAllowed(SETTING, text, "an address of this machine; " + host + " is not known");
        }
    }

    /** What to open in a browser when the page is on that port. */
    String url(int port) {
        return "http://" + (socket.getAddress().isAnyLocalAddress() ? "localhost" : host) + ":" + port + "/";
    }
}
