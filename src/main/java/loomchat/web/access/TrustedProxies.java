package loomchat.web.access;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds the client of a request: the peer of the connection, or the address that a trusted proxy names in
 * {@code X-Forwarded-For}. Of several addresses the last one that is not a trusted proxy counts, because the client
 * may have invented those before it. Immutable.
 */
public final class TrustedProxies {
    private static final List<HeaderName> FORWARDING = List.of(
            HeaderNames.X_FORWARDED_FOR,
            HeaderNames.create("Forwarded"),
            HeaderNames.create("X-Real-IP"),
            HeaderNames.create("Via"),
            HeaderNames.create("X-Forwarded-Host"),
            HeaderNames.create("X-Forwarded-Proto"));
    private static final HeaderName PROTO = HeaderNames.create("X-Forwarded-Proto");
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private record Network(byte[] address, int bits) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >> 8 - rest == 0;
        }
    }

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
                networks.add(network(each));
            }
        }
        loopback = all;
    }

    private static Network network(String text) {
        String[] parts = text.split("/", 2);
        InetAddress address = literal(parts[0]);
        if (address == null) {
            throw new IllegalArgumentException(text);
        }
        int most = address.getAddress().length * 8;
        int bits = parts.length == 1 ? most : Integer.parseInt(parts[1]);
        if (bits > most) {
            throw new IllegalArgumentException(text);
        }
        return new Network(address.getAddress(), bits);
    }

    /** A numeric address; null for anything else, which is never looked up. */
    static InetAddress literal(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!V4.matcher(bare).matches()
                && !(bare.contains(":") && V6.matcher(bare).matches())) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(bare);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    boolean trust(InetAddress peer) {
        return loopback && peer.isLoopbackAddress()
                || networks.stream().anyMatch(each -> each.contains(peer.getAddress()));
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
            InetAddress address = literal(withoutPort(each));
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
