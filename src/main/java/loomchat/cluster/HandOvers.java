package loomchat.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.SeatState;
import loomchat.chat.match.Matchmaker;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;

/** Visitors of this server have come back at others, which ask for their chats: each on a short thread of its own. */
final class HandOvers implements Claims.Local {
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final RedisLink link;
    private final RemoteChats chats;
    private final Seats seats;
    private final Members members;
    private final long self;
    private final Matchmaker<Participant, Pair> matchmaker;
    private final Function<String, Participant> byKey;
    private final Claims claims;
    /** Answers that may have to be given again, because they can be lost. */
    private final Map<String, Given> given = new ConcurrentHashMap<>();

    private final AtomicInteger open = new AtomicInteger();

    private record Given(SeatRecord seat, long to, long sinceNanos) {}

    HandOvers(
            RedisLink link,
            long self,
            RemoteChats chats,
            Seats seats,
            Members members,
            Matchmaker<Participant, Pair> matchmaker,
            Function<String, Participant> byKey,
            Claims claims) {
        this.link = link;
        this.self = self;
        this.chats = chats;
        this.seats = seats;
        this.members = members;
        this.matchmaker = matchmaker;
        this.byKey = byKey;
        this.claims = claims;
    }

    /** Thread of the subscription. */
    void asked(long from, WireReader in) {
        long request = in.number();
        String key = in.text();
        String owner = in.text();
        boolean anyway = in.flag();
        long chat = in.number();
        open.incrementAndGet();
        Thread.startVirtualThread(() -> {
            try {
                SeatRecord seat = handOver(key, owner, chat, from, anyway);
                WireWriter answer = WireWriter.of(seat == null ? ItemType.NOT_TAKEN : ItemType.TAKEN)
                        .number(request);
                if (seat != null) {
                    seat.write(answer);
                } else {
                    answer.number(movedTo(key));
                }
                link.publish(new Packet(from, answer.toBytes()));
            } finally {
                open.decrementAndGet();
            }
        });
    }

    /** Thread of the subscription: the visitor's server is dead, and what Redis knew of it is gone or old. */
    void askedAsPartner(long from, WireReader in) {
        long request = in.number();
        String key = in.text();
        String owner = in.text();
        in.flag();
        RemotePartner partner = chats.findByKey(key, in.number());
        if (partner == null) {
            return;
        }
        String subject = partner.info().subject();
        int gen = subject == null || SeatRecord.ownerOf(subject).equals(owner)
                ? partner.promise(from, System.nanoTime())
                : 0;
        if (gen > 0) {
            WireWriter answer = WireWriter.of(ItemType.TAKEN).number(request);
            seats.recordOfPartner(partner, gen).write(answer);
            link.publish(new Packet(from, answer.toBytes()));
        }
    }

    /** Whether somebody still waits for an answer. */
    boolean isBusy() {
        return open.get() > 0;
    }

    /** @param owner the hash of who asks, empty for a guest */
    private SeatRecord handOver(String key, String owner, long chat, long to, boolean anyway) {
        Given before = given.get(key);
        if (before != null && before.to != self) {
            return again(key, before, to, anyway);
        }
        Participant who = byKey.apply(key);
        if (who == null) {
            who = claims.adopted(key);
        }
        SeatRecord seat = handOver(who, key, owner, chat, to);
        return seat == null && before != null ? giveAgain(key, before, to) : seat;
    }

    @Override
    public SeatRecord take(String key, String who, long chat) {
        return claims.isKnown(key) ? handOver(key, who, chat, self, false) : null;
    }

    @Override
    public boolean hasGiven(String key) {
        return given.containsKey(key);
    }

    /** Where a seat is that is not here: the server that has it, or that nobody uses it. */
    private long movedTo(String key) {
        Given before = given.get(key);
        return before != null ? before.to : claims.isKnown(key) ? 0 : SeatFinder.UNUSED;
    }

    private SeatRecord handOver(Participant who, String key, String owner, long chat, long to) {
        Pair pair = who == null ? null : who.pair();
        if (pair == null || chat != 0 && chat != pair.id() || !mayTake(who, owner)) {
            return null;
        }
        SeatRecord[] handed = new SeatRecord[1];
        try {
            RemotePartner remote = pair.other(who) instanceof RemotePartner one ? one : null;
            if (remote != null) {
                remote.awaitSettled(System.nanoTime() + SETTLE_NANOS);
            }
            who.handOver(System.nanoTime() + MOST_NANOS, state -> {
                handed[0] = take(who, state, to);
                return handed[0] != null;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (handed[0] != null) {
            given.put(key, new Given(handed[0], to, System.nanoTime()));
            seats.gave(key, handed[0], to);
        }
        return handed[0];
    }

    /** The chat of an identity is taken over by the same identity alone; that of a guest by whoever has the secret. */
    private static boolean mayTake(Participant who, String owner) {
        String subject = who.visitor().subject();
        return subject == null || SeatRecord.ownerOf(subject).equals(owner);
    }

    /** The answer was lost, or the server that got it has died with it. */
    private SeatRecord again(String key, Given before, long to, boolean anyway) {
        if (before.to == to) {
            return before.seat;
        }
        if (members.isPresent(before.to) && !anyway) {
            return null;
        }
        return giveAgain(key, before, to);
    }

    private SeatRecord giveAgain(String key, Given before, long to) {
        Given next = new Given(before.seat.withGen(before.seat.gen() + 1), to, System.nanoTime());
        if (!given.replace(key, before, next)) {
            return null;
        }
        seats.gave(key, next.seat, to);
        return next.seat;
    }

    /** In the send order of {@code who}: it is not here any more. */
    private SeatRecord take(Participant who, SeatState state, long to) {
        Pair pair = state.pair();
        Participant partner = pair.other(who);
        SeatRecord seat = seats.record(pair, who, state.awayMillis());
        SeatRecord next = seat.withGen(seat.gen() + 1);
        if (partner instanceof RemotePartner remote) {
            if (!matchmaker.moveAway(pair, who)) {
                return null;
            }
            pair.movesAway();
            seats.leave(pair, who);
            chats.movedOn(remote, to);
            return next;
        }
        RemotePartner there =
                new RemotePartner(chats, pair.id(), seat.newcomer(), SeatInfo.of(who), to, seat.gen() + 1);
        there.goOnFrom(1, state.taken(), 0);
        there.markAway(who.away());
        there.outbox().startAt(state.lastId() - state.kept().size());
        state.kept().forEach(each -> there.outbox().add(each.text(), each.textBytes(), each.recorded()));
        chats.add(there);
        if (!matchmaker.replace(pair, who, there)) {
            there.close();
            return null;
        }
        pair.partnerMoved();
        seats.leave(pair, who);
        there.begin(pair, partner);
        seats.write(pair);
        return next;
    }

    /**
     * Thread of the subscription: {@code from} took this server for dead while Redis was away, and has given the seat
     * of one of two visitors to a connection there. That seat counts.
     */
    boolean hasGoneOn(long from, long number, boolean newcomer) {
        Pair pair = seats.find(number);
        if (pair == null || !pair.active()) {
            return false;
        }
        Participant who = newcomer ? pair.newcomer() : pair.other(pair.newcomer());
        if (who.isElsewhere()) {
            return false;
        }
        if (pair.other(who) instanceof RemotePartner remote) {
            byte[] there = ChatItems.start(ItemType.MOVED, number, !newcomer)
                    .number(remote.node())
                    .toBytes();
            link.publish(new Packet(from, there));
            return true;
        }
        Thread.startVirtualThread(() -> {
            try {
                who.handOver(System.nanoTime() + MOST_NANOS, state -> take(who, state, from) != null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return true;
    }

    /** Another server has the seat of the visitor here: it leaves without a word to its partner. */
    void superseded(RemotePartner partner) {
        Participant who = partner.local();
        Pair pair = partner.in();
        Thread.startVirtualThread(() -> {
            try {
                who.handOver(System.nanoTime() + MOST_NANOS, state -> {
                    boolean moved = matchmaker.moveAway(pair, who);
                    pair.movesAway();
                    seats.forget(pair);
                    return moved;
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                partner.close();
            }
        });
    }

    /** The cluster's clock. */
    void tick(long now) {
        given.values().removeIf(each -> now - each.sinceNanos > REMEMBERED_NANOS);
    }
}
