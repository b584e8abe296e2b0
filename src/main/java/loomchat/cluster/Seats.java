package loomchat.cluster;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import redis.clients.jedis.Protocol.Command;

/**
 * Writes to Redis which chats of this server can go on at another one, should this one die. Written behind, off the way
 * of any message, and again and again, because Redis may lose it. Any thread; the cluster's clock writes again.
 */
final class Seats {
    private static final int MOST_AGAIN = 400;
    private static final long LEFT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final RedisLink link;
    private final long self;
    private final String key;
    private final Members members;
    private final LongSupplier monotonicMillis;
    private final Map<Pair, Boolean> talking = new ConcurrentHashMap<>();
    private final Map<Long, Pair> byNumber = new ConcurrentHashMap<>();
    private final Map<Participant, Written> written = new ConcurrentHashMap<>();

    /** Records of seats that are at other servers now, and since when. */
    private final Map<String, Long> left = new ConcurrentHashMap<>();

    /** What Redis was not told, because it was away. */
    private final Set<Pair> unwritten = ConcurrentHashMap.newKeySet();

    // The cluster's clock
    private Iterator<Pair> again = List.<Pair>of().iterator();
    private long nextRoundNanos = System.nanoTime();
    private volatile boolean roundDue;

    private record Written(Pair pair, String name) {}

    Seats(RedisLink link, long self, Members members, LongSupplier monotonicMillis) {
        this.link = link;
        this.self = self;
        this.members = members;
        this.monotonicMillis = monotonicMillis;
        key = "seats:" + self;
    }

    /** Something about {@code pair} has changed: writes it soon, or takes it out if it is over. */
    void later(Pair pair) {
        Thread.startVirtualThread(() -> {
            if (pair.active()) {
                write(pair);
            } else {
                forget(pair);
            }
        });
    }

    /** {@code pair} goes on here, or something about it has changed. */
    void write(Pair pair) {
        if (!pair.active()) {
            return;
        }
        talking.put(pair, true);
        byNumber.put(pair.id(), pair);
        Participant newcomer = pair.newcomer();
        write(pair, newcomer);
        write(pair, pair.other(newcomer));
        if (!pair.active()) {
            forget(pair);
        }
    }

    private void write(Pair pair, Participant who) {
        if (who.isElsewhere() || !who.canReturn() || who.pair() != pair) {
            return;
        }
        String name = who.resumeKey();
        Written before = written.put(who, new Written(pair, name));
        if (before != null && !before.name.equals(name)) {
            link.run(Command.HDEL, key, RedisCall.Reply.IGNORED, before.name);
        }
        link.run(
                Command.HSET,
                key,
                new RedisCall.Reply() {
                    @Override
                    public void of(Object value) {}

                    @Override
                    public void failed() {
                        unwritten.add(pair);
                    }
                },
                name,
                record(pair, who, 0).stored());
    }

    SeatRecord record(Pair pair, Participant who, long awayMillis) {
        long age = monotonicMillis.getAsLong() - pair.sinceMillis();
        return SeatRecord.of(pair, who, self, awayMillis, age, members.redisMillis());
    }

    /** The seat of a partner whose server is dead, as it is known here. */
    SeatRecord recordOfPartner(RemotePartner partner, int gen) {
        Participant here = partner.local();
        long age = monotonicMillis.getAsLong() - partner.in().sinceMillis();
        return new SeatRecord(
                partner.number(),
                partner.newcomer(),
                gen,
                partner.id(),
                partner.info().subject(),
                members.redisMillis() - age,
                0,
                0,
                SeatInfo.of(here),
                self,
                partner.ownGen());
    }

    /** {@code pair} is over, or goes on elsewhere. */
    void forget(Pair pair) {
        remove(pair);
        unwritten.remove(pair);
        Participant newcomer = pair.newcomer();
        forget(pair, newcomer);
        forget(pair, pair.other(newcomer));
    }

    /** The seat of {@code who} goes on at another server. Its record stays for a while, should that one die. */
    void leave(Pair pair, Participant who) {
        Written there = written.remove(who);
        if (there != null) {
            left.put(there.name, System.nanoTime());
        }
        if (!pair.active()) {
            remove(pair);
        }
    }

    /** The same, when {@code to} gets the seat by an answer that can be lost. */
    void gave(String name, SeatRecord seat, long to) {
        left.put(name, System.nanoTime());
        link.run(Command.HSET, key, RedisCall.Reply.IGNORED, name, seat.storedFor(to));
    }

    private void remove(Pair pair) {
        talking.remove(pair);
        byNumber.remove(pair.id(), pair);
    }

    /** The chat of this number that goes on here, or null. */
    Pair find(long number) {
        return byNumber.get(number);
    }

    private void forget(Pair pair, Participant who) {
        Written there = written.get(who);
        if (there != null && there.pair == pair && written.remove(who, there)) {
            link.run(Command.HDEL, key, RedisCall.Reply.IGNORED, there.name);
        }
    }

    /** Writes at once what could not be written, and the rest soon, because Redis may have lost it. */
    void linkUp() {
        roundDue = true;
        Thread.startVirtualThread(() -> {
            for (Pair each : unwritten) {
                unwritten.remove(each);
                write(each);
            }
        });
    }

    void tick(long now) {
        left.forEach((name, since) -> {
            if (now - since > LEFT_NANOS && left.remove(name, since)) {
                link.run(Command.HDEL, key, RedisCall.Reply.IGNORED, name);
            }
        });
        if (!again.hasNext()) {
            if (!roundDue && now - nextRoundNanos < 0) {
                return;
            }
            roundDue = false;
            nextRoundNanos = now + AGAIN_NANOS;
            again = talking.keySet().iterator();
        }
        for (int i = 0; i < MOST_AGAIN && again.hasNext(); i++) {
            write(again.next());
        }
    }
}
