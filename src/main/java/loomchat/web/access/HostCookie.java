package loomchat.web.access;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.time.Duration;

/**
 * A cookie that only this server gets and no script reads: {@code __Host-<name>} with {@code Secure; HttpOnly;
 * SameSite=Strict}. Over plain HTTP on loopback, where some browsers keep no secure cookies and servers on other ports
 * share them, it is {@code <name>-<port>} without {@code Secure}. In its methods, {@code secure} says whether the
 * browser speaks HTTPS, as a trusted proxy tells. No state.
 */
public record HostCookie(String name) {
    /** Its value in a request, or null. */
    public String value(Headers request, boolean secure) {
        String wanted = nameFor(request, secure) + "=";
        if (request.contains(HeaderNames.COOKIE)) {
            for (String line : request.get(HeaderNames.COOKIE).allValues()) {
                for (String each : line.split(";")) {
                    String pair = each.strip();
                    if (pair.startsWith(wanted)) {
                        return pair.substring(wanted.length());
                    }
                }
            }
        }
        return null;
    }

    /** The line that makes a browser keep it. */
    public String set(Headers request, boolean secure, String value, Duration age) {
        return nameFor(request, secure) + "=" + value + "; Path=/; Max-Age=" + age.toSeconds()
                + "; HttpOnly; SameSite=Strict" + (isPlainLoopback(request, secure) ? "" : "; Secure");
    }

    /** The line that makes a browser forget it. */
    public String clear(Headers request, boolean secure) {
        return set(request, secure, "", Duration.ZERO);
    }

    private String nameFor(Headers request, boolean secure) {
        return isPlainLoopback(request, secure) ? name + "-" + port(request) : "__Host-" + name;
    }

    private static boolean isPlainLoopback(Headers request, boolean secure) {
        return !secure && AllowedHosts.isLoopback(request.get(HeaderNames.HOST).get());
    }

    private static String port(Headers request) {
        String host = request.get(HeaderNames.HOST).get();
        String name = AllowedHosts.withoutPort(host);
        return host.length() == name.length() ? "80" : host.substring(name.length() + 1);
    }
}
