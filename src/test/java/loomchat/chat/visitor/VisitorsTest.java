package loomchat.chat.visitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.identity.Identity;
import loomchat.identity.VerifiedToken;
import org.junit.jupiter.api.Test;

/** What the connections of one address or one identity share. */
class VisitorsTest {
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final List<String> suspended = new ArrayList<>();
    private final Map<Long, Set<Long>> stored = new ConcurrentHashMap<>();
    private final Visitors visitors = new Visitors(
            new VisitorLimits(1000, 100, 3, 4, 50, 1000, 3),
            new Blocks() {
                @Override
                public Set<Long> blockedBy(long identity) {
                    return stored.getOrDefault(identity, Set.of());
                }

                @Override
                public void add(long identity, long blocked) {
                    stored.put(identity, Set.of(blocked));
                }
            },
            identity -> suspended.add(identity.subject()),
            nanos::get);

    private static VerifiedToken token(String subject) {
        return new VerifiedToken(new Identity(subject, "session"), Long.MAX_VALUE);
    }

    private Visitor known(String subject, Object addressKey) {
        return visitors.admit(ADDRESS, addressKey, token(subject));
    }

    private Visitor guest(Object addressKey) {
        return visitors.admit(ADDRESS, addressKey, null);
    }

    @Test
    void anIdentityHasABoundedNumberOfConnections() {
        Visitor first = known("one", null);
        known("one", null);
        known("one", null);
        assertThat(known("one", null)).isNull();
        assertThat(known("other", null)).isNotNull();
        visitors.leave(first);
        assertThat(known("one", null)).isNotNull();
        assertThat(known("one", null)).isNull();
    }

    @Test
    void messagesCountForAllConnectionsOfAnIdentity() {
        Visitor first = known("one", null);
        Visitor second = known("one", null);
        long now = nanos.get();
        assertThat(first.chargeMessages(60, now)).isZero();
        assertThat(second.chargeMessages(40, now))
                .as("a second's worth at once")
                .isZero();
        assertThat(first.chargeMessages(50, now)).isEqualTo(SECOND / 2);
        assertThat(known("other", null).chargeMessages(100, now)).isZero();
    }

    @Test
    void whoReconnectsHasUsedUpWhatItsAddressHad() {
        long now = nanos.get();
        Visitor first = guest("address");
        assertThat(first.chargeMessages(1000, now)).isZero();
        visitors.leave(first);
        visitors.forgetGone();
        assertThat(guest("address").chargeMessages(100, now)).isEqualTo(SECOND / 10);
        assertThat(guest("elsewhere").chargeMessages(1000, now)).isZero();
        assertThat(guest(null).chargeMessages(1_000_000, now)).as("not counted").isZero();
    }

    @Test
    void anAddressIsForgottenWhenNothingOfItIsUsedUp() {
        Visitor first = guest("address");
        first.chargeMessages(1000, nanos.get());
        visitors.leave(first);
        nanos.addAndGet(SECOND);
        visitors.forgetGone();
        assertThat(guest("address").chargeMessages(1000, nanos.get())).isZero();
    }

    @Test
    void reportsCountForAnHour() {
        Visitor reporter = known("one", null);
        for (int i = 0; i < 4; i++) {
            assertThat(visitors.mayReport(reporter)).isTrue();
        }
        assertThat(visitors.mayReport(reporter)).isFalse();
        assertThat(visitors.mayReport(known("one", null))).isFalse();
        nanos.addAndGet(SECOND * 900);
        assertThat(visitors.mayReport(reporter)).isTrue();
        assertThat(visitors.mayReport(reporter)).isFalse();
    }

    @Test
    void severalIdentitiesAtSeveralAddressesSuspendOne() {
        Visitor bad = known("bad", "home");
        visitors.reported(known("a", "1"), bad);
        visitors.reported(known("a", "1"), bad);
        visitors.reported(known("b", "1"), bad);
        visitors.reported(known("c", "2"), bad);
        assertThat(suspended).as("two addresses so far").isEmpty();
        visitors.reported(known("d", "3"), bad);
        assertThat(suspended).containsExactly("bad");
        visitors.reported(known("e", "4"), bad);
        assertThat(suspended).as("begins anew").hasSize(1);
    }

    @Test
    void reportsOfGuestsAndOldOnesSuspendNobody() {
        Visitor bad = known("bad", "home");
        for (int i = 0; i < 100; i++) {
            visitors.reported(guest("address " + i), bad);
        }
        for (int i = 0; i < 10; i++) {
            visitors.reported(known("reporter " + i, "address " + i), bad);
            nanos.addAndGet(Duration.ofMinutes(31).toNanos());
        }
        visitors.reported(bad, bad);
        visitors.reported(known("a", "1"), guest("2"));
        assertThat(suspended).isEmpty();
    }

    @Test
    void aBlockLastsWhereBothAreKnown() {
        Visitor one = known("one", null);
        Visitor other = known("other", null);
        assertThat(visitors.block(one, guest(null))).isFalse();
        assertThat(visitors.block(guest(null), one)).isFalse();
        assertThat(visitors.block(one, known("one", null))).isFalse();
        assertThat(stored).isEmpty();
        assertThat(visitors.block(one, other)).isTrue();
        assertThat(stored).isEqualTo(Map.of(Identity.number("one"), Set.of(Identity.number("other"))));
    }

    @Test
    void anIdentityWithoutConnectionsIsForgottenAfterAnHour() {
        Visitor one = known("one", null);
        nanos.addAndGet(Duration.ofHours(5).toNanos());
        visitors.forgetGone();
        assertThat(visitors.known()).isEqualTo(1);
        visitors.leave(one);
        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        visitors.forgetGone();
        assertThat(visitors.known()).isEqualTo(1);
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        visitors.forgetGone();
        assertThat(visitors.known()).isZero();
    }
}
