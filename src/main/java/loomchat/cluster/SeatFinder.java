package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.redis.Script;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;

/**
 * Finds the seat of a visitor that shows a secret of another server: asks that server if it lives, Redis if it is dead,
 * the server that has claimed the seat before, and at last the partner's. The thread of the visitor's connection waits
 * here, for seconds at the most.
 */
final class SeatFinder {
    /** Stands for a server that has not gone on with what it claimed. */
    static final long UNUSED = 1;

    private static final long STEP_MILLIS = 600;
    private static final Found ALIVE = new Found(null, false, "", 0);

    private final RedisLink link;
    private final long self;
    private final Members members;
    private final LongSupplier resumeMillis;
    private final AtomicLong lastRequest = new AtomicLong();
    private final Map<Long, CompletableFuture<Found>> asked = new ConcurrentHashMap<>();

    SeatFinder(RedisLink link, long self, Members members, LongSupplier resumeMillis) {
        this.link = link;
        this.self = self;
        this.members = members;
        this.resumeMillis = resumeMillis;
    }

    /**
     * @param owner the server that gave the secret
     * @param chat 0 for whichever the secret opens
     * @param who the hash of who asks, empty for a guest
     * @param ticket the record that the client has kept, or null
     * @param deadline on the clock of {@link System#nanoTime}
     */
    record Wanted(long owner, String key, long chat, String who, byte[] ticket, long deadline) {
        /** How long to wait for one answer. */
        private long within(long millis) {
            return Math.clamp(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()), 1, millis);
        }
    }

    /**
     * @param seat null if there is none, or nobody can say now
     * @param isNone there is none
     * @param other who has claimed the other seat, as node.gen, or empty
     * @param movedTo the server that has claimed this one, or 0
     */
    record Found(SeatRecord seat, boolean isNone, String other, long movedTo) {
        static final Found UNKNOWN = new Found(null, false, "", 0);
        static final Found NONE = new Found(null, true, "", 0);

        static Found of(SeatRecord seat, String other) {
            return new Found(seat, false, other, 0);
        }

        boolean isDecided() {
            return seat != null || isNone;
        }
    }

    /** How a seat is claimed, as the script knows it. */
    private enum How {
        /** From a server whose lease is over. */
        DEAD,
        /** From one that has been silent for so long that it is taken for dead. */
        SILENT,
        /** Also from one that has claimed it and does not use it. */
        UNUSED,
        /** The living server has given it away. */
        GIVEN
    }

    /** @param silent the owner has been silent for so long that it is taken for dead */
    Found find(Wanted wanted, boolean silent) throws InterruptedException {
        if (members.isUnsure() && members.isPresent(wanted.owner) && !silent) {
            // Redis was away a moment ago, and the owner may be about to come back to it.
            Found asked = ask(wanted);
            if (asked.isDecided()) {
                return asked;
            }
        }
        Found found = claimed(wanted, silent ? How.SILENT : How.DEAD);
        if (found == ALIVE) {
            return ask(wanted);
        }
        if (found.movedTo != 0) {
            Found there = request(ItemType.TAKE, found.movedTo, wanted, false, STEP_MILLIS * 2);
            boolean isUnused = !there.isDecided() || there.isNone && there.movedTo == UNUSED;
            found = there.seat != null || !isUnused ? given(wanted, there) : claimed(wanted, How.UNUSED);
        }
        if (!found.isNone) {
            return found;
        }
        Found asked = askPartner(wanted);
        // The owner may live, and be about to come back to Redis, which was away when the chat began.
        if (!asked.isNone || wanted.owner == self) {
            return asked;
        }
        return members.isUnsure() ? Found.UNKNOWN : byTicket(wanted, silent);
    }

    /** Its server is dead, and nobody knows the seat but the client. */
    private Found byTicket(Wanted wanted, boolean silent) throws InterruptedException {
        if (wanted.ticket == null) {
            return Found.NONE;
        }
        Found found = claimed(wanted, silent ? How.SILENT : How.DEAD, wanted.ticket);
        return found.isDecided() ? found : Found.UNKNOWN;
    }

    private Found claimed(Wanted wanted, How how) throws InterruptedException {
        return claimed(wanted, how, new byte[0]);
    }

    /** @param record is taken where Redis has none */
    private Found claimed(Wanted wanted, How how, byte[] record) throws InterruptedException {
        CompletableFuture<Object> reply = new CompletableFuture<>();
        claim(wanted, how, record, new RedisCall.Reply() {
            @Override
            public void of(Object value) {
                reply.complete(value == null ? Found.NONE : value);
            }

            @Override
            public void failed() {
                reply.complete(Found.UNKNOWN);
            }
        });
        Object value = await(reply, wanted);
        if (value instanceof Found found) {
            return found;
        }
        if (value instanceof byte[] word) {
            return text(word).equals("alive") ? ALIVE : Found.UNKNOWN;
        }
        List<?> parts = (List<?>) value;
        if (parts.size() == 2) {
            return new Found(null, false, "", Long.parseLong(text(parts.get(1))));
        }
        SeatRecord seat = SeatRecord.fromStored((byte[]) parts.get(0));
        int claims = ((Long) parts.get(1)).intValue();
        return Found.of(seat.withGen(seat.gen() + claims), text(parts.get(2)));
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.US_ASCII);
    }

    private void claim(Wanted wanted, How how, byte[] record, RedisCall.Reply reply) {
        link.run(
                Script.CLAIM,
                reply,
                wanted.owner,
                wanted.key,
                self,
                resumeMillis.getAsLong() * 2,
                how.ordinal(),
                wanted.who,
                wanted.chat,
                record);
    }

    /** Asks the living server for it, and the one to which it may have given it. */
    private Found ask(Wanted wanted) throws InterruptedException {
        Found found = request(ItemType.TAKE, wanted.owner, wanted, false, STEP_MILLIS * 2);
        if (found.isNone && found.movedTo > UNUSED) {
            Found there = request(ItemType.TAKE, found.movedTo, wanted, false, STEP_MILLIS * 2);
            boolean isUnused = !there.isDecided() || there.isNone && there.movedTo == UNUSED;
            found = there.seat != null || !isUnused
                    ? there
                    : request(ItemType.TAKE, wanted.owner, wanted, true, STEP_MILLIS * 2);
        }
        return given(wanted, found);
    }

    /** Says in Redis what a living server has given, and learns who has claimed the other seat. */
    private Found given(Wanted wanted, Found found) throws InterruptedException {
        SeatRecord seat = found.seat;
        if (seat == null) {
            return found;
        }
        Found known = claimed(wanted, How.GIVEN, seat.withGen(seat.gen() - 1).stored());
        return Found.of(seat, known.other);
    }

    /** The partner's server, whichever it is, knows the visitor too; it does not answer if there is none. */
    private Found askPartner(Wanted wanted) throws InterruptedException {
        Found found = request(ItemType.TAKE_FROM_PARTNER, Packet.TO_ALL, wanted, false, STEP_MILLIS);
        return found.seat == null ? Found.NONE : found;
    }

    /** @param anyway although it was given to another server, which does not use it */
    private Found request(ItemType type, long to, Wanted wanted, boolean anyway, long millis)
            throws InterruptedException {
        long request = lastRequest.incrementAndGet();
        CompletableFuture<Found> answer = new CompletableFuture<>();
        asked.put(request, answer);
        try {
            WireWriter take = WireWriter.of(type)
                    .number(request)
                    .text(wanted.key)
                    .text(wanted.who)
                    .flag(anyway)
                    .number(wanted.chat);
            link.publish(new Packet(to, take.toBytes()));
            return answer.get(wanted.within(millis), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Found.UNKNOWN;
        } finally {
            asked.remove(request);
        }
    }

    private static Object await(CompletableFuture<Object> reply, Wanted wanted) throws InterruptedException {
        try {
            return reply.get(wanted.within(STEP_MILLIS), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Found.UNKNOWN;
        }
    }

    /** Thread of the subscription. */
    void answered(ItemType type, WireReader in) {
        CompletableFuture<Found> answer = asked.remove(in.number());
        if (answer != null) {
            answer.complete(
                    type == ItemType.TAKEN
                            ? Found.of(SeatRecord.read(in), "")
                            : new Found(null, true, "", in.number()));
        }
    }
}
