package loomchat.web.access;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The cookie with a visitor's refresh token, for one request: no script can read it, and no other site can have it
 * sent. Its name begins with {@code __Host-} (RFC 6265bis, 4.1.3.2), so that no neighbouring host can set it. Over
 * plain HTTP on this machine browsers refuse such a cookie; there the port in its name keeps several servers apart.
 * Immutable.
 */
public final class RefreshCookie {
    private static final String NAME = "loomchat-refresh";

    private final String name;
    private final String attributes;

    private RefreshCookie(String name, String attributes) {
        this.name = name;
        this.attributes = attributes;
    }

    /**
     * @param host the Host header of the request
     * @param secure whether the browser speaks HTTPS, to a proxy in front of this server
     */
    public static RefreshCookie of(String host, boolean secure) {
        String attributes = "; Path=/; HttpOnly; SameSite=Strict";
        return !secure && isThisMachine(host)
                ? new RefreshCookie(NAME + "-" + port(host), attributes)
                : new RefreshCookie("__Host-" + NAME, attributes + "; Secure");
    }

    /** A name by which a browser reaches its own machine. */
    private static boolean isThisMachine(String host) {
        String name = AllowedHosts.withoutPort(host).toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("[::1]")
                || name.matches("127(\\.\\d{1,3}){3}");
    }

    private static String port(String host) {
        String port = host.substring(AllowedHosts.withoutPort(host).length()).replace(":", "");
        return port.isEmpty() ? "80" : port;
    }

    /** The token that a request brings, or null. */
    public String read(Headers headers) {
        for (String value : headers.all(HeaderNames.COOKIE, List::of)) {
            for (String each : value.split(";")) {
                String pair = each.strip();
                if (pair.startsWith(name + "=")) {
                    return pair.substring(name.length() + 1);
                }
            }
        }
        return null;
    }

    /** The value of Set-Cookie. */
    public String set(String token, Duration lifetime) {
        return name + "=" + token + attributes + "; Max-Age=" + lifetime.toSeconds();
    }

    /** The value of Set-Cookie that removes it. */
    public String clear() {
        return name + "=" + attributes + "; Max-Age=0";
    }
}
