package loomchat.cluster;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import loomchat.chat.Pair;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Participant;
import loomchat.chat.match.Matchmaker;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;

/**
 * Two servers agree on a pair. The server of the newcomer offers; the other one sets its visitor aside and accepts; the
 * first pairs its visitor, if it still waits, and confirms; the other pairs its own. Who was set aside and hears no
 * more goes back to the room. Nobody has two partners: each is paired by its own server alone, and by one at a time.
 */
final class Offers {
    private static final long OFFER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RedisLink link;
    private final PairLifecycle pairs;
    private final Matchmaker<Participant, Pair> matchmaker;
    private final RemoteChats chats;
    private final RemoteSearch search;
    private final LongSupplier numbers;
    private final Map<Long, Offer> made = new ConcurrentHashMap<>();
    private final Map<Long, Hold> holds = new ConcurrentHashMap<>();

    private record Offer(RemoteSearch.Waiting seeker, long node, long key, String name, long sinceNanos) {}

    private record Hold(Participant held, RemotePartner newcomer, long sinceNanos) {}

    Offers(RedisLink link, PairLifecycle pairs, RemoteChats chats, RemoteSearch search, LongSupplier numbers) {
        this.link = link;
        this.pairs = pairs;
        this.matchmaker = pairs.matchmaker();
        this.chats = chats;
        this.search = search;
        this.numbers = numbers;
    }

    // The newcomer's server

    /** Offers the seeker to one who was found; thread of the link. */
    void make(RemoteSearch.Waiting seeker, long node, long key, String name) {
        if (!matchmaker.isWaiting(seeker.seeker)) {
            say(node, WireWriter.of(ItemType.FREE).number(key));
            return;
        }
        long pair = numbers.getAsLong();
        made.put(pair, new Offer(seeker, node, key, name, System.nanoTime()));
        WireWriter offer = WireWriter.of(ItemType.OFFER).number(pair).number(key);
        SeatInfo.of(seeker.seeker).write(offer);
        say(node, offer);
    }

    private void accepted(long from, long pair, long waitedMillis, SeatInfo partner) {
        Offer offer = made.remove(pair);
        RemotePartner stub = new RemotePartner(chats, pair, false, partner, from, 1);
        stub.waited(waitedMillis);
        chats.add(stub);
        Participant seeker = offer == null ? null : offer.seeker.seeker;
        Pair paired = offer == null ? null : matchmaker.pairWaiting(pair, seeker, stub);
        if (paired == null) {
            stub.close();
            say(from, WireWriter.of(ItemType.CANCEL).number(pair));
            return;
        }
        stub.begin(paired, seeker);
        stub.confirm();
        announce(paired);
    }

    private void refused(long pair) {
        Offer offer = made.remove(pair);
        if (offer != null) {
            search.refused(offer.seeker, offer.name);
        }
    }

    // The server of the one who waited

    private void offered(long from, long pair, long key, SeatInfo newcomer) {
        RemoteSearch.Waiting waiting = search.find(key);
        RemotePartner stub = new RemotePartner(chats, pair, true, newcomer, from, 1);
        if (waiting == null || !matchmaker.hold(waiting.seeker, stub)) {
            say(from, WireWriter.of(ItemType.REFUSE).number(pair));
            return;
        }
        holds.put(pair, new Hold(waiting.seeker, stub, System.nanoTime()));
        chats.add(stub);
        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waiting.sinceNanos);
        WireWriter accept = WireWriter.of(ItemType.ACCEPT).number(pair).number(waited);
        SeatInfo.of(waiting.seeker).write(accept);
        say(from, accept);
    }

    private void confirmed(long from, long pair) {
        Hold hold = holds.remove(pair);
        if (hold == null) {
            if (!chats.answerConfirm(pair)) {
                chats.publish(new Packet(from, ChatItems.gone(pair, false, false)));
            }
            return;
        }
        Pair paired = matchmaker.pairHeld(pair, hold.newcomer, hold.held);
        if (paired == null) {
            hold.newcomer.close();
            chats.publish(new Packet(from, ChatItems.gone(pair, false, false)));
            return;
        }
        hold.newcomer.begin(paired, hold.held);
        hold.newcomer.ackLater();
        announce(paired);
    }

    private void letGo(long pair) {
        Hold hold = holds.remove(pair);
        if (hold != null) {
            hold.newcomer.close();
            matchmaker.release(hold.held);
        }
    }

    // Both

    /** Telling a client may wait for it. */
    private void announce(Pair paired) {
        Thread.startVirtualThread(() -> {
            try {
                pairs.announce(paired);
            } catch (IOException e) {
                // The visitor's own thread will notice that its connection is broken.
            }
        });
    }

    private void say(long node, WireWriter item) {
        link.publish(new Packet(node, item.toBytes()));
    }

    /** Thread of the subscription. */
    void item(long from, ItemType type, WireReader in) {
        switch (type) {
            case OFFER -> offered(from, in.number(), in.number(), SeatInfo.read(in));
            case ACCEPT -> accepted(from, in.number(), in.number(), SeatInfo.read(in));
            case REFUSE -> refused(in.number());
            case CONFIRM -> confirmed(from, in.number());
            case CANCEL -> letGo(in.number());
            case FREE -> {
                RemoteSearch.Waiting waiting = search.find(in.number());
                if (waiting != null) {
                    search.seek(waiting);
                }
            }
            default -> throw new IllegalArgumentException("Not about matchmaking: " + type);
        }
    }

    /** The cluster's clock. */
    void tick(long now) {
        made.forEach((pair, offer) -> {
            if (now - offer.sinceNanos > OFFER_NANOS && made.remove(pair, offer)) {
                search.seek(offer.seeker);
            }
        });
        holds.forEach((pair, hold) -> {
            if (now - hold.sinceNanos > HOLD_NANOS) {
                letGo(pair);
            }
        });
    }

    /** The servers of those who were to be paired have died. */
    void nodeGone(long node) {
        holds.forEach((pair, hold) -> {
            if (hold.newcomer.node() == node) {
                letGo(pair);
            }
        });
    }
}
