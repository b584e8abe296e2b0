package loomchat.chat.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import loomchat.chat.visitor.Blocks;
import loomchat.chat.visitor.VisitorLimits;
import loomchat.chat.visitor.Visitors;
import loomchat.identity.Identity;
import loomchat.identity.VerifiedToken;
import org.junit.jupiter.api.Test;

/** A block of which another server tells in the moment in which its owner comes in. */
class LateBlockTest {
    private static final long ANN = Identity.number("ann");
    private static final long BOB = Identity.number("bob");

    private final Map<Long, Set<Long>> stored = new ConcurrentHashMap<>();
    /** What happens while the blocks of a visitor have been read and the visitor cannot be found yet. */
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    private final Visitors visitors = new Visitors(
            new VisitorLimits(1000, 100, 3, 4, 50, 1000, 3),
            new Blocks() {
                @Override
                public Set<Long> blockedBy(long identity) {
                    Set<Long> found = stored.getOrDefault(identity, Set.of());
                    if (identity == ANN) {
                        meanwhile.getAndSet(() -> {}).run();
                    }
                    return found;
                }

                @Override
                public void add(long identity, long blocked) {
                    stored.put(identity, Set.of(blocked));
                }
            },
            identity -> {},
            System::nanoTime);

    @Test
    void itHoldsAtOnce() {
        meanwhile.set(() -> CompletableFuture.runAsync(() -> {
                    stored.put(ANN, Set.of(BOB));
                    visitors.blockedElsewhere(ANN, BOB);
                })
                .orTimeout(10, TimeUnit.SECONDS)
                .join());
        EncounterHistory ann = comes("ann");
        EncounterHistory bob = comes("bob");
        assertThat(ann.avoids(bob)).isTrue();
        assertThat(bob.avoids(ann)).isTrue();
    }

    @Test
    void otherServersAreAskedWithIt() {
        EncounterHistory ann = comes("ann");
        visitors.blockedElsewhere(ANN, BOB);
        Avoided avoided = new Avoided(new ArrayList<>(), new ArrayList<>());
        ann.addAvoided(avoided, 'i', 0);
        assertThat(avoided.blocked()).containsExactly("i" + Long.toUnsignedString(BOB));
    }

    private EncounterHistory comes(String subject) {
        VerifiedToken token = new VerifiedToken(new Identity(subject, "session"), Long.MAX_VALUE);
        return visitors.admit(InetAddress.getLoopbackAddress(), null, token).encounters();
    }
}
