package loomchat.web.access;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import loomchat.net.Network;

/**
 * Finds the client of a request: the peer of the connection, or the address that a trusted proxy names in
 * {@code X-Forwarded-For}. Of several addresses the last one that is not a trusted proxy counts, because the client
 * may have invented those before it. Immutable.
 */
public final class TrustedProxies {
    private static final List<HeaderName> FORWARDING = Stream.of(
                    "X-Forwarded-For",
                    "Forwarded",
                    "X-Real-IP",
                    "Via",
                    "X-Forwarded-Host",
                    "X-Forwarded-Proto",
                    "X-Forwarded-Port",
                    "X-Forwarded-Server",
                    "X-Client-IP",
                    "X-Cluster-Client-IP",
                    "True-Client-IP",
                    "CF-Connecting-IP",
                    "Fly-Client-IP")
            .map(HeaderNames::create)
            .toList();
    private static final HeaderName PROTO = HeaderNames.create("X-Forwarded-Proto");

    /**
     * The sender of a request.
     *
     * @param local whether it came from this machine itself, through no proxy
     * @param forwarded whether a trusted proxy named the address
     * @param secure whether it came over HTTPS, as a trusted proxy says
     */
    public record Client(InetAddress address, boolean local, boolean forwarded, boolean secure) {}

    private final boolean loopback;
    private final List<Network> networks = new ArrayList<>();

    /**
     * @param list networks such as {@code 10.0.0.0/8}, single addresses, or {@code loopback}, separated by commas; may
     *     be empty
     * @throws IllegalArgumentException an entry is none of these
     */
    public TrustedProxies(String list) {
        boolean all = false;
        for (String each : list.split(" *, *")) {
            if (each.equalsIgnoreCase("loopback")) {
                all = true;
            } else if (!each.isEmpty()) {
                networks.add(Network.parse(each));
            }
        }
        loopback = all;
    }

    boolean trust(InetAddress peer) {
        return loopback && peer.isLoopbackAddress() || networks.stream().anyMatch(each -> each.contains(peer));
    }

    public Client client(SocketAddress peer, Headers headers) {
        InetAddress address = ((InetSocketAddress) peer).getAddress();
        boolean viaProxy = FORWARDING.stream().anyMatch(headers::contains);
        if (!viaProxy || !trust(address)) {
            return new Client(address, address.isLoopbackAddress() && !viaProxy, false, false);
        }
        InetAddress named = named(headers);
        boolean secure = headers.contains(PROTO) && last(headers.get(PROTO)).equalsIgnoreCase("https");
        return new Client(named != null ? named : address, false, named != null, secure);
    }

    /** The last address in the list that is not a trusted proxy's; null without any. */
    private InetAddress named(Headers headers) {
        if (!headers.contains(HeaderNames.X_FORWARDED_FOR)) {
            return null;
        }
        List<String> all = values(headers.get(HeaderNames.X_FORWARDED_FOR));
        InetAddress found = null;
        for (String each : all.reversed()) {
            InetAddress address = Network.literal(withoutPort(each));
            if (address == null) {
                return found;
            }
            found = address;
            if (!trust(address)) {
                return found;
            }
        }
        return found;
    }

    private static String withoutPort(String text) {
        if (text.startsWith("[") && text.contains("]")) {
            return text.substring(0, text.indexOf(']') + 1);
        }
        boolean v4WithPort = text.indexOf(':') > 0 && text.indexOf(':') == text.lastIndexOf(':');
        return v4WithPort ? text.substring(0, text.indexOf(':')) : text;
    }

    private static String last(Header header) {
        return values(header).getLast();
    }

    private static List<String> values(Header header) {
        List<String> all = new ArrayList<>();
        for (String value : header.allValues()) {
            for (String each : value.split(",")) {
                all.add(each.strip());
            }
        }
        return all;
    }
}
