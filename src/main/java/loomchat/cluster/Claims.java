package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.chat.Elsewhere;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.visitor.ResumeKey;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.redis.Script;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;

/**
 * A visitor of another server has come back here. Its server hands the chat over if it lives; otherwise Redis knows it,
 * and what was said is put together again from the partner's server and from what both clients still have. The thread
 * of the visitor's connection waits here, for a few seconds at the most.
 */
final class Claims {
    private static final Pattern SECRET = Pattern.compile("([0-9a-z]{1,10})\\..{8,}");
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);
    /** A living server that lost its subscription has it again by then. */
    private static final long SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2_300);

    private static final long UNCONFIRMED_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long STEP_MILLIS = 600;
    private static final long PAUSE_MILLIS = 100;
    private static final long HELLO_MILLIS = 800;
    private static final long HELLO_AGAIN_MILLIS = 250;
    /** Stands for a server that has not gone on with what it claimed. */
    static final long UNUSED = 1;

    private static final Found ALIVE = new Found(null, false, "", 0);

    private final RedisLink link;
    private final long self;
    private final RemoteChats chats;
    private final Seats seats;
    private final Members members;
    private final LongSupplier resumeMillis;
    private final AtomicLong lastRequest = new AtomicLong();
    /** Who came back here with which secret: the answer may be lost, and the client then shows the same one again. */
    private final Map<String, Adopted> adopted = new ConcurrentHashMap<>();

    private record Adopted(Participant who, long sinceNanos) {}

    private final Map<Long, CompletableFuture<Found>> asked = new ConcurrentHashMap<>();

    Claims(RedisLink link, long self, RemoteChats chats, Seats seats, Members members, LongSupplier resumeMillis) {
        this.link = link;
        this.self = self;
        this.chats = chats;
        this.seats = seats;
        this.members = members;
        this.resumeMillis = resumeMillis;
    }

    /** What secrets of this server begin with. */
    static String prefix(long self) {
        return Long.toString(self, 36) + ".";
    }

    Elsewhere.Claim claim(String secret, Participant by, long chat, long seen, long from)
            throws Elsewhere.Unreachable, InterruptedException {
        Matcher matcher = SECRET.matcher(secret);
        long owner = matcher.matches() ? Long.parseLong(matcher.group(1), 36) : self;
        if (owner == self) {
            return null;
        }
        Wanted wanted = new Wanted(
                owner,
                ResumeKey.of(secret),
                chat,
                SeatRecord.ownerOf(by.visitor().subject()));
        long begin = System.nanoTime();
        for (long now = begin; now - begin < MOST_NANOS; now = System.nanoTime()) {
            Found found = find(wanted, now - begin > SILENT_NANOS);
            if (found.isNone) {
                return null;
            }
            if (found.seat != null) {
                adopted.put(wanted.key, new Adopted(by, System.nanoTime()));
                return goOn(found, by, seen, from);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new Elsewhere.Unreachable();
    }

    /**
     * @param owner the server that gave the secret
     * @param chat 0 for whichever the secret opens
     * @param who the hash of who asks, empty for a guest
     */
    private record Wanted(long owner, String key, long chat, String who) {}

    /**
     * @param seat null if there is none, or nobody can say now
     * @param isNone there is none
     * @param other who has claimed the other seat, as node.gen, or empty
     * @param movedTo the server that has claimed this one, or 0
     */
    private record Found(SeatRecord seat, boolean isNone, String other, long movedTo) {
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
    private Found find(Wanted wanted, boolean silent) throws InterruptedException {
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
            found = there.seat != null || !isUnused ? there : claimed(wanted, How.UNUSED);
        }
        if (found.seat != null && wanted.chat != 0 && wanted.chat != found.seat.pair()) {
            // Redis has lost that the visitor is in another chat now.
            return askPartner(wanted);
        }
        return found.isNone ? askPartner(wanted) : found;
    }

    private Found claimed(Wanted wanted, How how) throws InterruptedException {
        CompletableFuture<Object> reply = new CompletableFuture<>();
        claim(wanted, how, new RedisCall.Reply() {
            @Override
            public void of(Object value) {
                reply.complete(value == null ? Found.NONE : value);
            }

            @Override
            public void failed() {
                reply.complete(Found.UNKNOWN);
            }
        });
        Object value = await(reply);
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

    private void claim(Wanted wanted, How how, RedisCall.Reply reply) {
        link.run(
                Script.CLAIM,
                reply,
                wanted.owner,
                wanted.key,
                self,
                resumeMillis.getAsLong() * 2,
                how.ordinal(),
                wanted.who);
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
        if (found.seat != null) {
            claim(wanted, How.GIVEN, RedisCall.Reply.IGNORED);
        }
        return found;
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
                    .flag(anyway);
            link.publish(new Packet(to, take.toBytes()));
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Found.UNKNOWN;
        } finally {
            asked.remove(request);
        }
    }

    private static Object await(CompletableFuture<Object> reply) throws InterruptedException {
        try {
            return reply.get(STEP_MILLIS, TimeUnit.MILLISECONDS);
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

    /** Who has just come back here with the secret of this key, and may not know it; or null. */
    Participant adopted(String key) {
        Adopted there = adopted.get(key);
        return there != null && (there.who.isAway() || System.nanoTime() - there.sinceNanos < UNCONFIRMED_NANOS)
                ? there.who
                : null;
    }

    boolean isKnown(String key) {
        return adopted.containsKey(key);
    }

    /** The cluster's clock. */
    void tick(long now) {
        adopted.values().removeIf(each -> now - each.sinceNanos > REMEMBERED_NANOS);
    }

    // Going on

    private Elsewhere.Claim goOn(Found found, Participant by, long seen, long from) throws InterruptedException {
        SeatRecord seat = found.seat;
        long node = seat.partnerNode();
        int gen = seat.partnerGen();
        int point = found.other.indexOf('.');
        if (point > 0) {
            int claimedGen = Integer.parseInt(found.other.substring(point + 1));
            if (claimedGen > gen) {
                node = Long.parseLong(found.other.substring(0, point));
                gen = claimedGen;
            }
        }
        RemotePartner partner = new RemotePartner(chats, seat.pair(), !seat.newcomer(), seat.partner(), node, gen);
        partner.goOnFrom(seat.gen(), seen, seen);
        chats.add(partner);
        RemoteChats.Heard heard = node == 0 ? null : hello(partner, seat, by, seen);
        long taken = Math.max(0, from - 1);
        long lost = 0;
        long missed = 0;
        if (heard == null) {
            partner.markAbsent(members.isPresent(node) ? node : 0, System.nanoTime());
        } else {
            taken = heard.hello().have();
            lost = from > taken + 1 ? from - 1 - taken : 0;
            missed = Math.max(0, heard.hello().floor() - seen);
            partner.movedTo(heard.from(), heard.hello());
            partner.goOnFrom(Math.max(seat.gen(), heard.hello().otherGen()), seen + missed, seen);
        }
        partner.outbox().startAt(taken + lost);
        long age = Math.max(0, members.redisMillis() - seat.startedMillis());
        return new Elsewhere.Claim(
                seat.pair(),
                seat.newcomer(),
                partner,
                taken + lost,
                lost,
                missed,
                from == 0,
                seat.session(),
                seat.awayMillis(),
                age,
                pair -> begin(partner, pair, by));
    }

    private void begin(RemotePartner partner, Pair pair, Participant by) {
        if (pair == null) {
            partner.close();
            return;
        }
        partner.begin(pair, by);
        partner.askHello();
        seats.write(pair);
    }

    /** How things stand at the partner's server; null if it does not say. */
    private RemoteChats.Heard hello(RemotePartner partner, SeatRecord seat, Participant by, long seen)
            throws InterruptedException {
        BlockingQueue<RemoteChats.Heard> answers = new LinkedBlockingQueue<>();
        ChatItems.Hello ours =
                new ChatItems.Hello(seat.gen(), partner.gen(), by.id(), by.resumeKey(), seen, seen, 0, null, 1);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HELLO_MILLIS);
        chats.expectHello(partner, answers::add);
        try {
            while (deadline - System.nanoTime() > 0) {
                chats.publish(new Packet(partner.node(), ours.bytes(seat.pair(), seat.newcomer())));
                RemoteChats.Heard answer = answers.poll(HELLO_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                if (answer != null) {
                    return answer;
                }
            }
            return null;
        } catch (InterruptedException e) {
            partner.close();
            throw e;
        } finally {
            chats.expectHello(partner, null);
        }
    }
}
