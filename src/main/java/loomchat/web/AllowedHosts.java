package loomchat.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * For which names this server answers. A page of another site whose name its owner points at this server (DNS rebinding) is of the
 * same origin as far as a browser can tell; only the {@code Host} that the browser sends gives it away. Immutable.
 *
 * <p>An address written in numbers needs no name that could be rebound. Beside those, the names of this machine are allowed, what
 * {@code HOST} names, and what is listed.
 */
final class AllowedHosts {
    private final Set<String> names = new HashSet<>();
    private final boolean any;

    /**
     * @param listed names without port; {@code *} allows all
     * @param bound the value of HOST
     */
    AllowedHosts(Set<String> listed, String bound) {
        any = listed.contains("*");
        listed.forEach(each -> names.add(each.toLowerCase(Locale.ROOT)));
        names.add("localhost");
        names.add(bound.toLowerCase(Locale.ROOT));
        try {
            names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            // This machine has no name.
        }
    }

    /** @param host the value of the header, with or without a port */
    boolean allow(String host) {
        String name = withoutPort(host.toLowerCase(Locale.ROOT));
        return any || names.contains(name) || name.endsWith(".localhost") || TrustedProxies.literal(name) != null;
    }

    static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > 0 && colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
