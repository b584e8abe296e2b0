package loomchat.web;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Which pages may open a WebSocket here: those of this server itself, and those that are listed. An origin is a scheme, a host and a
 * port (RFC 6454, 4); all three must be ours. A client that sends no {@code Origin} is no browser and is let in.
 *
 * @param allowed origins such as {@code https://chat.example}, or {@code *} for all
 */
record Origins(Set<String> allowed) {
    /**
     * @param host the Host that the browser sent
     * @param secure whether it speaks HTTPS, to a proxy in front of this server
     */
    boolean allow(String origin, String host, boolean secure) {
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
