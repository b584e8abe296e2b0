package loomchat.chat.visitor;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import loomchat.chat.match.EncounterHistory;
import loomchat.identity.Identity;
import loomchat.identity.VerifiedToken;

/**
 * All visitors that are connected, and the identities that were here within the last hour. Any thread: handshakes
 * {@link #admit} and connections {@link #leave}; nothing blocks.
 */
public final class Visitors {
    /** How long an identity without a connection is remembered. What it has blocked is kept by {@link Blocks}. */
    private static final long REMEMBERED_NANOS = TimeUnit.HOURS.toNanos(1);
    /** Above this number, those without a connection are forgotten after a minute. */
    private static final int MANY_KNOWN = 50_000;

    private static final long REMEMBERED_SHORTLY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final VisitorLimits limits;
    private final Blocks blocks;
    private final Consumer<Identity> suspend;
    private final LongSupplier monotonicNanos;
    private final RateAccounts addresses;
    private final RateAccount.Rates identityRates;
    private final Map<String, KnownVisitor> known = new ConcurrentHashMap<>();

    /** @param suspend called when several identities have reported one within an hour; must not block */
    public Visitors(VisitorLimits limits, Blocks blocks, Consumer<Identity> suspend, LongSupplier monotonicNanos) {
        this.limits = limits;
        this.blocks = blocks;
        this.suspend = suspend;
        this.monotonicNanos = monotonicNanos;
        addresses = new RateAccounts(new RateAccount.Rates(limits.messagesPerAddress(), limits.reportsPerHour()));
        identityRates = new RateAccount.Rates(limits.messagesPerIdentity(), limits.reportsPerHour());
    }

    public VisitorLimits limits() {
        return limits;
    }

    /**
     * The visitor of a new connection, to be {@link #leave left}; null when its identity has too many.
     *
     * @param addressKey what limits for each address count it for, or null
     * @param token null for a guest
     */
    public Visitor admit(InetAddress address, Object addressKey, VerifiedToken token) {
        long now = monotonicNanos.getAsLong();
        KnownVisitor entered = null;
        if (token != null) {
            entered = enter(token.identity(), now);
            if (entered == null) {
                return null;
            }
        }
        return new Visitor(address, addressKey, addresses.enter(addressKey, now), token, entered);
    }

    private KnownVisitor enter(Identity identity, long now) {
        boolean[] admitted = new boolean[1];
        boolean[] isNew = new boolean[1];
        KnownVisitor visitor = known.compute(identity.subject(), (subject, there) -> {
            KnownVisitor one = there != null ? there : remember(identity, now);
            isNew[0] = there == null;
            admitted[0] = one.enter(limits.connectionsPerIdentity());
            return one;
        });
        if (isNew[0]) {
            // Once more now that it can be found: what other servers told before was told to nobody.
            blocks.blockedBy(visitor.number()).forEach(visitor.encounters()::blockLater);
            blocks.lookUp(visitor.number());
        }
        return admitted[0] ? visitor : null;
    }

    /**
     * A visitor of another server, as far as it is known here.
     *
     * @param subject null for a guest
     * @param addressKey what its server counts it for
     */
    public Visitor elsewhere(String subject, long number, Object addressKey) {
        KnownVisitor there = subject == null
                ? null
                : new KnownVisitor(
                        subject,
                        number,
                        new EncounterHistory(number),
                        new RateAccount(identityRates, monotonicNanos.getAsLong()));
        return new Visitor(null, addressKey, null, null, there);
    }

    private KnownVisitor remember(Identity identity, long now) {
        long number = identity.number();
        EncounterHistory encounters = new EncounterHistory(number, blocks.blockedBy(number));
        return new KnownVisitor(identity.subject(), number, encounters, new RateAccount(identityRates, now));
    }

    /** The connection is gone. */
    public void leave(Visitor visitor) {
        addresses.leave(visitor.addressKey(), visitor.addressAccount());
        if (visitor.known() != null) {
            long now = monotonicNanos.getAsLong();
            known.computeIfPresent(visitor.subject(), (subject, there) -> {
                there.leave(now);
                return there;
            });
        }
    }

    /** Remembers for good that one has blocked the other; false unless both are identities, and different ones. */
    public boolean block(Visitor one, Visitor other) {
        if (one.isGuest() || other.isGuest() || one.isSameAs(other)) {
            return false;
        }
        blocks.add(one.known().number(), other.known().number());
        return true;
    }

    /** An identity has blocked another one at another server; it holds for new connections here, and present ones. */
    public void blockedElsewhere(long one, long other) {
        for (KnownVisitor each : known.values()) {
            if (each.number() == one) {
                each.encounters().blockLater(other);
            }
        }
    }

    /** Whether {@code reporter} may report somebody now; counts it. */
    public boolean mayReport(Visitor reporter) {
        return reporter.mayReport(monotonicNanos.getAsLong());
    }

    /**
     * Counts a report. Guests cannot get anybody suspended, and a guest cannot be suspended: there is nothing to know
     * it by.
     */
    public void reported(Visitor reporter, Visitor partner) {
        if (reporter.isGuest() || partner.isGuest() || reporter.isSameAs(partner) || limits.reportersToSuspend() == 0) {
            return;
        }
        Reporters reporters = partner.known().reporters();
        long now = monotonicNanos.getAsLong();
        if (reporters.add(reporter.known().number(), reporter.addressKey(), now) >= limits.reportersToSuspend()) {
            reporters.clear();
            suspend.accept(partner.identity());
        }
    }

    /** Forgets who has been away for long. Once a second, by the reaper. */
    public void forgetGone() {
        long now = monotonicNanos.getAsLong();
        addresses.forgetUnused(now);
        long kept = known.size() > MANY_KNOWN ? REMEMBERED_SHORTLY_NANOS : REMEMBERED_NANOS;
        known.forEach((each, visitor) -> {
            if (visitor.isGone(kept, now)) {
                known.computeIfPresent(each, (subject, there) -> there.isGone(kept, now) ? null : there);
            }
        });
    }

    /** How many identities are remembered. */
    public int known() {
        return known.size();
    }
}
