package loomchat.identity.bans;

import java.net.InetAddress;
import java.util.regex.Pattern;
import loomchat.net.Network;

/** Whom a ban keeps out: one identity, or everybody at some addresses. {@link #parse} reads its text. */
public sealed interface BanTarget {
    String ALLOWED = "an identity as the log names it, an address such as 203.0.113.7, or a network such as"
            + " 203.0.113.0/24 (at least /8) or 2001:db8::/32 (at least /16)";

    /** What the log calls {@code identity}: 128 random bits in base64url, or another issuer's name and its user. */
    Pattern SUBJECT = Pattern.compile(
            "[A-Za-z0-9_-]{22}|[a-z0-9-]{1,32}:[^\\p{Cntrl}\\s]([^\\p{Cntrl}]{0,253}[^\\p{Cntrl}\\s])?");

    /**
     * Whether a visitor is meant.
     *
     * @param subject of its identity; null for a guest
     */
    boolean covers(String subject, InetAddress address);

    /** One visitor, wherever it comes from. */
    record OfIdentity(String subject) implements BanTarget {
        @Override
        public boolean covers(String other, InetAddress address) {
            return subject.equals(other);
        }

        @Override
        public String toString() {
            return subject;
        }
    }

    /** Everybody who comes from one of these addresses. */
    record OfAddresses(Network network) implements BanTarget {
        @Override
        public boolean covers(String subject, InetAddress address) {
            return network.contains(address);
        }

        @Override
        public String toString() {
            return network.v6() && network.isSingle() ? network + "/" + network.bits() : network.toString();
        }
    }

    static BanTarget identity(String subject) {
        return new OfIdentity(subject);
    }

    /**
     * The addresses of one client, as limits count them: of IPv6 the /64 network, all of which its owner has.
     */
    static BanTarget client(InetAddress address) {
        Network single = Network.of(address);
        return new OfAddresses(single.v6() ? Network.of(address, 64) : single);
    }

    /**
     * Reads what an operator wrote. An IPv6 address without length means its /64.
     *
     * @throws IllegalArgumentException its message says what is allowed
     */
    static BanTarget parse(String text) {
        InetAddress address = Network.literal(text);
        if (address != null) {
            return client(address);
        }
        if (Network.literal(text.split("/", 2)[0]) != null) {
            return addresses(text);
        }
        if (!SUBJECT.matcher(text).matches()) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return identity(text);
    }

    /** A ban of half the world is a slip of the hand. */
    private static BanTarget addresses(String text) {
        Network network;
        try {
            network = Network.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
        if (network.bits() < (network.v6() ? 16 : 8)) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return new OfAddresses(network);
    }
}
