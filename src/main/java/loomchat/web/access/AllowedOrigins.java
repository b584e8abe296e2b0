package loomchat.web.access;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * The pages that may open a WebSocket here: those of this server and those of the listed origins. An origin is a
 * scheme, a host and a port (RFC 6454, 4); all three must match. A client without an {@code Origin} header is not a
 * browser and is admitted.
 *
 * @param allowed origins such as {@code https://chat.example}, or {@code *} for all
 */
public record AllowedOrigins(Set<String> allowed) {
    /**
     * @param host the Host header of the request
     * @param secure whether the browser speaks HTTPS, to a proxy in front of this server
     */
    public boolean allow(String origin, String host, boolean secure) {
        if (origin == null || allowed.contains("*") || allowed.contains(origin.toLowerCase(Locale.ROOT))) {
            return true;
        }
        try {
            URI page = URI.create(origin);
            String scheme = secure ? "https" : "http";
            return page.getAuthority() != null
                    && host != null
                    && scheme.equalsIgnoreCase(page.getScheme())
                    && withPort(page.getAuthority(), secure).equals(withPort(host, secure));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String withPort(String authority, boolean secure) {
        String lower = authority.toLowerCase(Locale.ROOT);
        boolean hasPort = lower.matches(".*:\\d+");
        return hasPort ? lower : lower + (secure ? ":443" : ":80");
    }
}
