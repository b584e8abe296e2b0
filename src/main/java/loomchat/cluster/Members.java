package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.redis.Script;
import redis.clients.jedis.Protocol.Command;

/**
 * Which servers are there: each renews its lease in Redis once a second, by the clock of Redis. The cluster's clock
 * calls it and a thread of the link answers.
 */
final class Members {
    static final long LEASE_MILLIS = 4_000;

    private final RedisLink link;
    private final long self;
    private final long chatsOutliveMillis;
    private final LongConsumer gone;
    private final Set<Long> present = ConcurrentHashMap.newKeySet();
    /** Servers that are not in the list any more, and since when. */
    private final Map<Long, Long> missing = new ConcurrentHashMap<>();

    private volatile String version = "";
    private volatile int othersWaiting;
    private volatile int saidWaiting;
    private volatile long redisMillisAtZero;
    private volatile boolean down;
    private volatile long graceUntil = System.nanoTime();

    /**
     * @param chatsOutliveMillis for which the chats of a dead server can be resumed
     * @param gone told of each server that has died; on a thread that must not wait
     */
    Members(RedisLink link, long self, long chatsOutliveMillis, LongConsumer gone) {
        this.link = link;
        this.self = self;
        this.chatsOutliveMillis = chatsOutliveMillis;
        this.gone = gone;
    }

    void linkDown() {
        down = true;
    }

    /** Redis can be reached again: the leases of the others may have ended while they could not renew them. */
    void linkUp() {
        graceUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEASE_MILLIS + 1_000);
        version = "";
        down = false;
    }

    /** @param stats what this server says of itself */
    void beat(int waiting, String stats) {
        saidWaiting = waiting;
        link.run(
                Script.BEAT,
                value -> answer((List<?>) value),
                self,
                LEASE_MILLIS,
                LEASE_MILLIS + chatsOutliveMillis,
                waiting,
                version.isEmpty() ? "-" : version,
                stats);
    }

    private void answer(List<?> reply) {
        long millis = (Long) reply.get(1);
        redisMillisAtZero = millis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        String now = text(reply.get(2));
        othersWaiting = (int) Math.max(0, (Long) reply.get(3) - saidWaiting);
        if (!now.equals(version)) {
            Set<Long> listed = new HashSet<>();
            reply.subList(4, reply.size()).forEach(each -> listed.add(Long.parseLong(text(each))));
            version = now;
            listed.forEach(missing::remove);
            present.addAll(listed);
            for (Long each : present) {
                if (!listed.contains(each) && each != self) {
                    missing.putIfAbsent(each, System.nanoTime());
                }
            }
        }
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.US_ASCII);
    }

    /** This server stops: others need not wait until its lease is over. */
    void leave() {
        link.run(Command.ZADD, "nodes", RedisCall.Reply.IGNORED, 1, self);
    }

    /** The cluster's clock: tells of servers whose lease has ended while the link was up. */
    void tick(long now) {
        if (!link.isUp() || now - graceUntil < 0) {
            return;
        }
        for (Long each : missing.keySet()) {
            missing.remove(each);
            present.remove(each);
            gone.accept(each);
        }
    }

    /** How many there are, this one among them. */
    int size() {
        return (int) present.stream().filter(each -> each != self).count() + 1;
    }

    boolean isPresent(long node) {
        return present.contains(node);
    }

    /** Whether Redis was away so lately that living servers may not be listed yet. */
    boolean isUnsure() {
        return down || System.nanoTime() - graceUntil < 0;
    }

    int othersWaiting() {
        return link.isUp() ? othersWaiting : 0;
    }

    /** The clock of Redis, as far as it is known: the same for all servers. */
    long redisMillis() {
        long zero = redisMillisAtZero;
        return zero == 0 ? System.currentTimeMillis() : zero + TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** How many servers are there, this one included. */
    int count() {
        return Math.max(1, present.size());
    }
}
