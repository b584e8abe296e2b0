package loomchat.web;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Which pages may open a WebSocket here: those of this server itself, by the {@code Host} that the browser sent, and those
 * that are listed. A client that sends no {@code Origin} is no browser and is let in.
 *
 * @param allowed origins such as {@code https://chat.example}, or {@code *} for all
 */
record Origins(Set<String> allowed) {
    boolean allow(String origin, String host) {
        if (origin == null || allowed.contains("*") || allowed.contains(origin.toLowerCase(Locale.ROOT))) {
            return true;
        }
        try {
            URI page = URI.create(origin);
            return page.getAuthority() != null
                    && host != null
                    && withPort(page.getAuthority(), page.getScheme()).equals(withPort(host, page.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String withPort(String authority, String scheme) {
        String lower = authority.toLowerCase(Locale.ROOT);
        boolean hasPort = lower.matches(".*:\\d+");
        return hasPort ? lower : lower + ("https".equalsIgnoreCase(scheme) ? ":443" : ":80");
    }
}
