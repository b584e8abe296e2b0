package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.chat.Participant;
import loomchat.chat.match.Avoided;
import loomchat.chat.match.RoomListener;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.redis.Script;

/**
 * Looks for partners at other servers for all who wait here. The index in Redis is a hint: who is found there is asked
 * of its server ({@link Offers}), and whoever waits here is put into the index again and again.
 *
 * <p>The room calls it under the matchmaker's lock, threads of the link answer, the cluster's clock looks again.
 */
final class RemoteSearch implements RoomListener<Participant> {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_AGAIN = 20;
    /** After so many the seeker pauses until the clock has it look again. */
    private static final int MOST_REFUSED = 32;

    private final RedisLink link;
    private final long self;
    private final AtomicLong lastKey = new AtomicLong();
    private final Map<Participant, Waiting> bySeeker = new ConcurrentHashMap<>();
    private final Map<Long, Waiting> byKey = new ConcurrentHashMap<>();
    private Iterator<Waiting> again = List.<Waiting>of().iterator();
    private Offers offers;
    private volatile java.util.function.Function<Participant, Avoided> avoided;

    /** Somebody who waits here. */
    static final class Waiting {
        final Participant seeker;
        final long key;
        final String member;
        final long sinceNanos = System.nanoTime();
        /**
         * Who did not want this seeker since the clock last had it look again. They may want it by then: a third one
         * was to have them, or both offered at once and refused each other.
         */
        private final Set<String> refused = new HashSet<>();

        private volatile boolean open;
        private volatile boolean over;
        private volatile long askedNanos;

        private Waiting(Participant seeker, long key, long self) {
            this.seeker = seeker;
            this.key = key;
            member = self + ":" + key + ":" + nameOf(seeker.encounterNumber()) + ":"
                    + nameOf(seeker.visitor().number());
        }

        private static String nameOf(long number) {
            return number == 0 ? "" : Long.toUnsignedString(number);
        }
    }

    RemoteSearch(RedisLink link, long self) {
        this.link = link;
        this.self = self;
    }

    /** @param avoidedBy whom a seeker must not meet */
    void begin(Offers with, java.util.function.Function<Participant, Avoided> avoidedBy) {
        offers = with;
        avoided = avoidedBy;
    }

    // The room

    @Override
    public void waits(Participant seeker, boolean open) {
        Waiting waiting = bySeeker.get(seeker);
        if (waiting == null) {
            waiting = new Waiting(seeker, lastKey.incrementAndGet(), self);
            bySeeker.put(seeker, waiting);
            byKey.put(waiting.key, waiting);
        }
        waiting.open |= open;
        seek(waiting);
    }

    @Override
    public void left(Participant seeker) {
        Waiting waiting = bySeeker.remove(seeker);
        if (waiting != null) {
            waiting.over = true;
            byKey.remove(waiting.key);
            link.run(Script.UNWAIT, RedisCall.Reply.IGNORED, waiting.member);
        }
    }

    /** The one who waits here under this key, or null. */
    Waiting find(long key) {
        return byKey.get(key);
    }

    // The index

    /** Any thread. */
    void seek(Waiting waiting) {
        waiting.askedNanos = System.nanoTime();
        if (!link.isUp() || waiting.over) {
            return;
        }
        // Whom it must not meet is asked of the matchmaker, which may be in the middle of something: not now.
        Thread.startVirtualThread(() -> ask(waiting));
    }

    private void ask(Waiting waiting) {
        Avoided not = avoided.apply(waiting.seeker);
        List<String> blocked = new ArrayList<>(not.blocked());
        synchronized (waiting.refused) {
            blocked.addAll(waiting.refused);
        }
        List<String> interests = waiting.seeker.interests();
        List<String> rest = new ArrayList<>(interests);
        rest.addAll(blocked);
        rest.addAll(not.recent());
        link.run(
                Script.SEEK,
                value -> answer(waiting, (byte[]) value),
                waiting.member,
                self,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waiting.sinceNanos),
                waiting.open ? 1 : 0,
                interests.size(),
                blocked.size(),
                not.recent().size(),
                rest);
    }

    /** Thread of the link. */
    private void answer(Waiting waiting, byte[] found) {
        if (found == null) {
            if (waiting.over) {
                // It stopped waiting after it had been put into the index.
                link.run(Script.UNWAIT, RedisCall.Reply.IGNORED, waiting.member);
            }
            return;
        }
        String[] member = new String(found, StandardCharsets.US_ASCII).split(":", -1);
        offers.make(waiting, Long.parseLong(member[0]), Long.parseLong(member[1]), nameOf(member));
    }

    private static String nameOf(String[] member) {
        return member[3].isEmpty() ? "g" + member[2] : "i" + member[3];
    }

    /** That one does not want this seeker, or is not there. */
    void refused(Waiting waiting, String name) {
        synchronized (waiting.refused) {
            waiting.refused.add(name);
            if (waiting.refused.size() >= MOST_REFUSED) {
                return;
            }
        }
        seek(waiting);
    }

    /** The cluster's clock: some of those who wait look again, and are put into the index again. */
    void tick(long now) {
        for (int i = 0; i < MOST_AGAIN; i++) {
            if (!again.hasNext()) {
                again = byKey.values().iterator();
                return;
            }
            Waiting next = again.next();
            if (!next.over && now - next.askedNanos > AGAIN_NANOS) {
                synchronized (next.refused) {
                    next.refused.clear();
                }
                seek(next);
            }
        }
    }
}
