package loomchat.identity.bans;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import loomchat.net.Network;

/**
 * Bans by target, made for being asked: an identity costs one lookup in a hash table, an address one for each length of
 * prefix that some ban has, however many bans there are. Any thread may ask and waits for nothing; one thread at a time
 * may change it.
 */
final class BanIndex {
    private static final int MOST_BITS = 128;

    private final Map<String, Ban> identities = new ConcurrentHashMap<>();
    private final Map<Network, Ban> networks = new ConcurrentHashMap<>();

    // Of the thread that changes: how many bans have a prefix of so many bits.
    private final int[] v4Counts = new int[MOST_BITS + 1];
    private final int[] v6Counts = new int[MOST_BITS + 1];

    /** Those lengths of which there are any. */
    private volatile int[] v4Lengths = {};

    private volatile int[] v6Lengths = {};

    /** The ban that keeps this visitor out for the longest time, or null. */
    Ban find(String subject, InetAddress address, long now) {
        Ban found = subject == null ? null : longer(null, identities.get(subject), now);
        int[] lengths = address instanceof Inet6Address ? v6Lengths : v4Lengths;
        if (lengths.length > 0) {
            Network whole = Network.of(address);
            for (int bits : lengths) {
                found = longer(found, networks.get(new Network(whole.v6(), whole.high(), whole.low(), bits)), now);
            }
        }
        return found;
    }

    private static Ban longer(Ban one, Ban other, long now) {
        boolean holds = other != null && other.holdsAt(now);
        return holds && (one == null || other.untilMillis() > one.untilMillis()) ? other : one;
    }

    Ban get(BanTarget target) {
        return switch (target) {
            case BanTarget.OfIdentity one -> identities.get(one.subject());
            case BanTarget.OfAddresses all -> networks.get(all.network());
        };
    }

    boolean isEmpty() {
        return identities.isEmpty() && networks.isEmpty();
    }

    int size() {
        return identities.size() + networks.size();
    }

    List<Ban> all() {
        List<Ban> all = new ArrayList<>(identities.values());
        all.addAll(networks.values());
        return all;
    }

    // One thread at a time

    void put(Ban ban) {
        switch (ban.target()) {
            case BanTarget.OfIdentity one -> identities.put(one.subject(), ban);
            case BanTarget.OfAddresses all -> {
                if (networks.put(all.network(), ban) == null) {
                    count(all.network(), 1);
                }
            }
        }
    }

    /** Returns what was removed, or null. */
    Ban remove(BanTarget target) {
        return switch (target) {
            case BanTarget.OfIdentity one -> identities.remove(one.subject());
            case BanTarget.OfAddresses all -> {
                Ban removed = networks.remove(all.network());
                if (removed != null) {
                    count(all.network(), -1);
                }
                yield removed;
            }
        };
    }

    private void count(Network network, int more) {
        int[] counts = network.v6() ? v6Counts : v4Counts;
        counts[network.bits()] += more;
        int[] lengths = IntStream.rangeClosed(0, MOST_BITS)
                .filter(bits -> counts[bits] > 0)
                .toArray();
        if (network.v6()) {
            v6Lengths = lengths;
        } else {
            v4Lengths = lengths;
        }
    }
}
