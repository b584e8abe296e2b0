package loomchat.web.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import loomchat.net.Network;

/**
 * The host names that this server answers to. When another site points its own name at this server (DNS rebinding), a
 * browser takes both for the same origin; only the {@code Host} header shows the difference. Immutable.
 *
 * <p>Allowed are numeric addresses, which cannot be rebound, the names of this machine, the value of {@code HOST}, and
 * the listed names.
 */
public final class AllowedHosts {
    private final Set<String> names = new HashSet<>();
    private final boolean any;

    /**
     * @param listed names without port; {@code *} allows all
     * @param bound the value of HOST
     */
    public AllowedHosts(Set<String> listed, String bound) {
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
    public boolean allow(String host) {
        String name = withoutPort(host.toLowerCase(Locale.ROOT));
        return any || names.contains(name) || name.endsWith(".localhost") || Network.literal(name) != null;
    }

    /** Whether a browser that asked for {@code host} asked its own machine: {@code localhost} or a loopback address. */
    static boolean isLoopback(String host) {
        String name = withoutPort(host.toLowerCase(Locale.ROOT));
        InetAddress address = Network.literal(name);
        return address == null ? name.equals("localhost") || name.endsWith(".localhost") : address.isLoopbackAddress();
    }

    public static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > 0 && colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
