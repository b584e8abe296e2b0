package loomchat.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of IPv4 or IPv6 addresses, or a single address: those that begin with the same bits. Two networks with the
 * same addresses are equal, whatever was written behind their prefix. Immutable.
 *
 * @param high the first 64 bits of the prefix; those of an IPv4 address come first
 * @param low the other 64 bits
 * @param bits length of the prefix
 */
public record Network(boolean v6, long high, long low, int bits) {
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern ZEROS = Pattern.compile("(^|:)0(:0)+(:|$)");

    public Network {
        if (bits < 0 || bits > (v6 ? V6_BITS : V4_BITS)) {
            throw new IllegalArgumentException("A prefix of " + bits + " bits");
        }
        high &= mask(bits);
        low &= mask(bits - Long.SIZE);
    }

    /** The network of the first {@code bits} bits of an address. */
    public static Network of(InetAddress address, int bits) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? new Network(true, bytes.getLong(), bytes.getLong(), bits)
                : new Network(false, (long) bytes.getInt() << V4_BITS, 0, bits);
    }

    /** The network of one address. */
    public static Network of(InetAddress address) {
        return of(address, address instanceof Inet6Address ? V6_BITS : V4_BITS);
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address.
     *
     * @throws IllegalArgumentException it is none of these
     */
    public static Network parse(String text) {
        String[] parts = text.split("/", 2);
        InetAddress address = literal(parts[0]);
        if (address == null || parts.length == 2 && !parts[1].matches("\\d{1,3}")) {
            throw new IllegalArgumentException(text);
        }
        return parts.length == 1 ? of(address) : of(address, Integer.parseInt(parts[1]));
    }

    /** A numeric address, also in brackets; null for anything else, which is never looked up. */
    public static InetAddress literal(String text) {
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

    public boolean contains(InetAddress address) {
        return address instanceof Inet6Address == v6 && equals(of(address, bits));
    }

    /** Whether the prefix is a whole address. */
    public boolean isSingle() {
        return bits == (v6 ? V6_BITS : V4_BITS);
    }

    /** As {@link #parse} reads it, IPv6 in its short form (RFC 5952). */
    @Override
    public String toString() {
        return isSingle() ? address() : address() + "/" + bits;
    }

    /** Its first address. */
    public InetAddress first() {
        ByteBuffer bytes = ByteBuffer.allocate(v6 ? V6_BITS / 8 : V4_BITS / 8);
        if (v6) {
            bytes.putLong(high).putLong(low);
        } else {
            bytes.putInt((int) (high >> V4_BITS));
        }
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private String address() {
        String full = first().getHostAddress();
        return v6 ? shortened(full) : full;
    }

    /** The longest run of zeros becomes two colons, of equal ones the first. */
    private static String shortened(String full) {
        Matcher zeros = ZEROS.matcher(full);
        int from = 0;
        int to = 0;
        while (zeros.find()) {
            if (zeros.end() - zeros.start() > to - from) {
                from = zeros.start();
                to = zeros.end();
            }
        }
        return to == 0 ? full : full.substring(0, from) + "::" + full.substring(to);
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
    }
}
