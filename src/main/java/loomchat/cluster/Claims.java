package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final long STEP_MILLIS = 600;
    private static final long PAUSE_MILLIS = 100;
    private static final long HELLO_MILLIS = 1_200;
    private static final long HELLO_AGAIN_MILLIS = 250;
    private static final byte[] ALIVE = "alive".getBytes(StandardCharsets.US_ASCII);

    private final RedisLink link;
    private final long self;
    private final RemoteChats chats;
    private final Seats seats;
    private final Members members;
    private final LongSupplier resumeMillis;
    private final AtomicLong lastRequest = new AtomicLong();
    private final Map<Long, CompletableFuture<SeatRecord>> asked = new ConcurrentHashMap<>();

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

    Elsewhere.Claim claim(String secret, Participant by, long seen, long from)
            throws Elsewhere.Unreachable, InterruptedException {
        Matcher matcher = SECRET.matcher(secret);
        long owner = matcher.matches() ? Long.parseLong(matcher.group(1), 36) : self;
        if (owner == self) {
            return null;
        }
        String key = ResumeKey.of(secret);
        long deadline = System.nanoTime() + MOST_NANOS;
        while (deadline - System.nanoTime() > 0) {
            Found found = find(owner, key, SeatRecord.ownerOf(by.visitor().subject()));
            if (found.isNone) {
                return null;
            }
            if (found.seat != null) {
                return goOn(found, by, seen, from);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new Elsewhere.Unreachable();
    }

    /**
     * @param seat null if there is none, or nobody can say now
     * @param isNone there is none
     * @param other who has claimed the other seat, as node.gen, or empty
     */
    private record Found(SeatRecord seat, boolean isNone, String other) {
        static final Found UNKNOWN = new Found(null, false, "");
        static final Found NONE = new Found(null, true, "");
    }

    /** @param who the hash of who asks, empty for a guest */
    private Found find(long owner, String key, String who) throws InterruptedException {
        if (members.isUnsure() && members.isPresent(owner)) {
            // Redis was away a moment ago, and the owner may be about to come back to it.
            Found asked = ask(owner, key, who);
            if (asked.seat != null || asked.isNone) {
                return asked;
            }
        }
        CompletableFuture<Object> reply = new CompletableFuture<>();
        claim(owner, key, who, false, new RedisCall.Reply() {
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
        if (value instanceof List<?> both) {
            SeatRecord seat = SeatRecord.fromStored((byte[]) both.get(0));
            return new Found(seat.withGen(seat.gen() + 1), false, new String((byte[]) both.get(1)));
        }
        if (value instanceof byte[] word) {
            return Arrays.equals(word, ALIVE) ? ask(owner, key, who) : Found.UNKNOWN;
        }
        return (Found) value;
    }

    private void claim(long owner, String key, String who, boolean anyway, RedisCall.Reply reply) {
        link.run(Script.CLAIM, reply, owner, key, self, resumeMillis.getAsLong() * 2, anyway ? 1 : 0, who);
    }

    /** Asks the living server for it. */
    private Found ask(long owner, String key, String who) throws InterruptedException {
        long request = lastRequest.incrementAndGet();
        CompletableFuture<SeatRecord> answer = new CompletableFuture<>();
        asked.put(request, answer);
        try {
            WireWriter take = WireWriter.of(ItemType.TAKE).number(request).text(key).text(who);
            link.publish(new Packet(owner, take.toBytes()));
            SeatRecord seat = answer.get(STEP_MILLIS * 3, TimeUnit.MILLISECONDS);
            if (seat == null) {
                return Found.NONE;
            }
            claim(owner, key, who, true, RedisCall.Reply.IGNORED);
            return new Found(seat, false, "");
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
        CompletableFuture<SeatRecord> answer = asked.remove(in.number());
        if (answer != null) {
            answer.complete(type == ItemType.TAKEN ? SeatRecord.read(in) : null);
        }
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
            partner.goOnFrom(seat.gen(), seen + missed, seen);
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
        ChatItems.Hello ours = new ChatItems.Hello(seat.gen(), by.id(), seen, seen, 0, null, 1);
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
