package loomchat.cluster;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.chat.Elsewhere;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.visitor.ResumeKey;
import loomchat.cluster.wire.Packet;

/**
 * A visitor of another server has come back here. Its server hands the chat over if it lives; otherwise Redis knows it,
 * and what was said is put together again from the partner's server and from what both clients still have. The thread
 * of the visitor's connection waits here, for a few seconds at the most.
 */
final class Claims {
    private static final Pattern SECRET = Pattern.compile("([0-9a-z]{1,10})\\..{8,}");
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(2_900);
    /** Who is asked at last has time to answer: what it gives away, and nobody hears of, has to be looked for again. */
    private static final long LAST_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1_200);
    /** A living server that lost its subscription has it again by then. */
    private static final long SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2_300);

    private static final long UNCONFIRMED_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_MILLIS = 100;
    private static final long HELLO_MILLIS = 800;
    private static final long HELLO_AGAIN_MILLIS = 250;

    private final long self;
    private final RemoteChats chats;
    private final Seats seats;
    private final Members members;
    private final SeatFinder finder;
    private final Tickets tickets;
    /** Who came back here with which secret: the answer may be lost, and the client then shows the same one again. */
    private final Map<String, Adopted> adopted = new ConcurrentHashMap<>();

    private volatile Local local;

    private record Adopted(Participant who, long sinceNanos) {}

    /** What this server itself has of a seat that is looked for. */
    interface Local {
        /** Takes the seat from a connection that came back here with the same secret; null if there is none. */
        SeatRecord take(String key, String who, long chat);

        /** Whether another server has asked for it and got it. */
        boolean hasGiven(String key);
    }

    Claims(long self, RemoteChats chats, Seats seats, Members members, SeatFinder finder, Tickets tickets) {
        this.self = self;
        this.chats = chats;
        this.seats = seats;
        this.members = members;
        this.finder = finder;
        this.tickets = tickets;
    }

    void listen(Local with) {
        local = with;
    }

    /** What secrets of this server begin with. */
    static String prefix(long self) {
        return Long.toString(self, 36) + ".";
    }

    Elsewhere.Claim claim(Elsewhere.Wanted what, Participant by) throws Elsewhere.Unreachable, InterruptedException {
        Matcher matcher = SECRET.matcher(what.secret());
        long owner = matcher.matches() ? Long.parseLong(matcher.group(1), 36) : self;
        String key = ResumeKey.of(what.secret());
        String who = SeatRecord.ownerOf(by.visitor().subject());
        SeatRecord here = local.take(key, who, what.chat());
        if (here != null) {
            return goOn(SeatFinder.Found.of(here, ""), key, by, what);
        }
        if (owner == self && !local.hasGiven(key)) {
            return null;
        }
        long begin = System.nanoTime();
        SeatFinder.Wanted wanted = new SeatFinder.Wanted(
                owner, key, what.chat(), who, kept(key, what), begin + MOST_NANOS + LAST_STEP_NANOS);
        for (long now = begin; now - begin < MOST_NANOS; now = System.nanoTime()) {
            SeatFinder.Found found = finder.find(wanted, now - begin > SILENT_NANOS);
            if (found.isNone()) {
                return null;
            }
            if (found.seat() != null) {
                return goOn(found, key, by, what);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new Elsewhere.Unreachable();
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

    /** The record in the client's ticket; null without a good one. */
    private byte[] kept(String key, Elsewhere.Wanted what) {
        byte[] record = what.ticket().isEmpty() ? null : tickets.open(key, what.ticket());
        boolean isIt = record != null
                && (what.chat() == 0
                        || what.chat() == SeatRecord.fromStored(record).pair());
        return isIt ? record : null;
    }

    // Going on

    private Elsewhere.Claim goOn(SeatFinder.Found found, String key, Participant by, Elsewhere.Wanted what)
            throws InterruptedException {
        long seen = what.seen();
        long from = what.from();
        adopted.put(key, new Adopted(by, System.nanoTime()));
        SeatRecord seat = found.seat();
        long node = seat.partnerNode();
        int gen = seat.partnerGen();
        int point = found.other().indexOf('.');
        if (point > 0) {
            int claimedGen = Integer.parseInt(found.other().substring(point + 1));
            if (claimedGen > gen) {
                node = Long.parseLong(found.other().substring(0, point));
                gen = claimedGen;
            }
        }
        RemotePartner partner = new RemotePartner(chats, seat.pair(), !seat.newcomer(), seat.partner(), node, gen);
        partner.goOnFrom(seat.gen(), seen, seen);
        chats.add(partner);
        if (chats.hasOther(seat, gen)) {
            node = self;
            partner.isAt(self);
        }
        RemoteChats.Heard heard = node == 0 ? null : hello(partner, seat, by, seen);
        long taken = Math.max(0, from - 1);
        long lost = 0;
        long missed = 0;
        if (heard == null) {
            // However often its partner changes its server, the partner has its time once.
            long absent =
                    seat.partnerAbsentSince() == 0 ? 0 : Math.max(0, members.redisMillis() - seat.partnerAbsentSince());
            partner.markAbsent(
                    members.isPresent(node) ? node : 0, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(absent));
        } else {
            long have = heard.hello().have();
            long confirmed = Math.min(have, heard.hello().got());
            lost = from > have + 1 ? from - 1 - have : 0;
            // What the partner's client has not confirmed is sent again, so that this server can send it again too.
            taken = from == 0 ? have : Math.max(from - 1 - lost, confirmed);
            missed = Math.max(0, heard.hello().floor() - seen);
            partner.movedTo(heard.from(), heard.hello());
            partner.goOnFrom(Math.max(seat.gen(), heard.hello().otherGen()), seen + missed, seen);
        }
        partner.outbox().startAt(taken + lost);
        if (heard != null) {
            partner.outbox().taken(heard.hello().have(), heard.hello().got(), message -> {});
        }
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
                heard == null ? null : heard.hello().calls(),
                heard == null ? -1 : heard.hello().callMillis(),
                pair -> begin(partner, pair, by));
    }

    private void begin(RemotePartner partner, Pair pair, Participant by) {
        if (pair == null) {
            partner.close();
        } else if (partner.begin(pair, by)) {
            partner.askHello();
            seats.write(pair);
        } else {
            chats.superseded(partner);
        }
    }

    /** How things stand at the partner's server; null if it does not say. */
    private RemoteChats.Heard hello(RemotePartner partner, SeatRecord seat, Participant by, long seen)
            throws InterruptedException {
        BlockingQueue<RemoteChats.Heard> answers = new LinkedBlockingQueue<>();
        ChatItems.Hello ours = new ChatItems.Hello(
                seat.gen(), partner.gen(), by.id(), by.resumeKey(), seen, seen, 0, null, 1, null, -1);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HELLO_MILLIS);
        chats.expectHello(partner, answers::add);
        try {
            while (deadline - System.nanoTime() > 0) {
                chats.publish(new Packet(partner.askAt(), ours.bytes(seat.pair(), seat.newcomer())));
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
