package loomchat.loadtest.identity;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import loomchat.loadtest.scenario.Persona;

/**
 * A visitor whose machine sleeps: it hears no {@code auth-due} and lets its token expire. The server has to close the
 * connection after the grace, neither earlier nor much later; then the visitor comes back with a fresh token.
 */
final class SleeperVisit extends IdentityVisit {
    /** The end of a token is known to a second, and clocks differ a little. */
    private static final long EARLY = TimeUnit.SECONDS.toNanos(2);

    private static final long LATE = TimeUnit.SECONDS.toNanos(5);
    private static final long GLANCE = TimeUnit.SECONDS.toNanos(1);

    /** The server did not close the connection. */
    private volatile boolean missed;

    SleeperVisit(VisitorIdentity identity, Persona.Identity persona, Wire wire, RandomGenerator random) {
        super(identity, persona, wire, random);
        if (closedBy() > all.runEnd()) {
            all.counters.expiriesUntested.increment();
        }
    }

    @Override
    void play() throws InterruptedException {
        while (await(closedBy()) != News.STOP) {
            if (System.nanoTime() >= closedBy()) {
                all.counters.expiriesMissed.increment();
                all.example("expiry missed", "user " + identity.user() + ": the connection was still open");
                missed = true;
                return;
            }
        }
    }

    private long closedBy() {
        long end = connectionEndsAt;
        return end == Long.MAX_VALUE ? end : end + GRACE + LATE;
    }

    // The user's thread

    @Override
    public Closing closed(int code, String reason) {
        long end = connectionEndsAt;
        if (code != TOKEN_OVER || System.nanoTime() < end - EARLY) {
            return super.closed(code, reason);
        }
        if (System.nanoTime() < end + GRACE - EARLY) {
            all.violation("a token's end without the grace", "user " + identity.user());
        }
        connectionEndsAt = Long.MAX_VALUE;
        all.counters.expiriesCaught.increment();
        identity.slept();
        return Closing.COMES_BACK;
    }

    @Override
    public boolean comesBack() {
        return true;
    }

    @Override
    public boolean leaves() {
        return missed;
    }

    @Override
    public long glance() {
        return GLANCE;
    }
}
