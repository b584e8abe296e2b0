package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import loomchat.chat.ChatContext;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.PairLifecycle;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.cluster.wire.WireReader;
import loomchat.ws.MessageBudget;
import redis.clients.jedis.Protocol.Command;

/**
 * All chats of this server with a visitor of another one. Any thread; nothing here blocks. Long, because all that
 * servers say about chats comes in here.
 */
final class RemoteChats {
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Each chat is asked for every 15 s. */
    private static final int TICKS_A_ROUND = 150;

    /** Who has asked so often about a chat that is not here is told so. */
    private static final int ASKED_IN_VAIN = 5;

    private static final LeaveReason[] REASONS = LeaveReason.values();

    private final ChatContext context;
    private final PairLifecycle pairs;
    private final RedisLink link;
    private final Members members;
    private final int resumeSeconds;
    private final MessageBudget.Share share;
    private final Map<Long, RemotePartner> all = new ConcurrentHashMap<>();
    /** By what the visitor's secret is known by; of several chats the one that came last. */
    private final Map<String, RemotePartner> byKey = new ConcurrentHashMap<>();

    private final Set<RemotePartner> unsettled = ConcurrentHashMap.newKeySet();
    /** Chats whose visitor went on at another server, and when: that server will say so. */
    private final Map<Long, MovedOn> movedOn = new ConcurrentHashMap<>();

    /** For a visitor that waits to hear how things stand at the other end. */
    private final Map<Long, Consumer<Heard>> waitingForHello = new ConcurrentHashMap<>();

    // The cluster's clock
    private Iterator<RemotePartner> round = List.<RemotePartner>of().iterator();
    private long roundNanos = System.nanoTime();

    private volatile Consumer<Pair> onMoved = pair -> {};
    private volatile Consumer<RemotePartner> onSuperseded = partner -> {};
    private volatile LocalChats localChats = (from, pair, newcomer) -> false;

    private record MovedOn(long to, long sinceNanos) {}

    /** Chats with both visitors here. */
    interface LocalChats {
        /**
         * {@code from} says that it has one of the two.
         *
         * @param newcomer whether it is the one that came last
         * @return false if there is no such chat
         */
        boolean hasGoneOn(long from, long pair, boolean newcomer);
    }

    /** A hello, and the server that said it. */
    record Heard(long from, ChatItems.Hello hello) {}

    RemoteChats(ChatContext context, PairLifecycle pairs, RedisLink link, Members members, int resumeSeconds) {
        this.context = context;
        this.pairs = pairs;
        this.link = link;
        this.members = members;
        this.resumeSeconds = resumeSeconds;
        share = new MessageBudget(context.limits().incompleteMessageBytes()).open(null);
    }

    /**
     * @param moved the partner has another server now
     * @param superseded the visitor here has another server now
     */
    void listen(Consumer<Pair> moved, Consumer<RemotePartner> superseded, LocalChats local) {
        localChats = local;
        onMoved = moved;
        onSuperseded = superseded;
    }

    // Chats

    private static long key(long pair, boolean remoteIsNewcomer) {
        return pair * 2 + (remoteIsNewcomer ? 1 : 0);
    }

    /** A visitor may have been here before with this chat: the seat that it had then has no say any more. */
    void add(RemotePartner partner) {
        RemotePartner before = all.put(key(partner.number(), partner.newcomer()), partner);
        rename(partner, null);
        if (before != null) {
            before.close();
            if (before.local() != null) {
                onSuperseded.accept(before);
            }
        }
    }

    /** Whether the other visitor of the chat is here too, and its seat of generation {@code least} or a later one. */
    boolean hasOther(SeatRecord seat, int least) {
        RemotePartner standsForIt = all.get(key(seat.pair(), seat.newcomer()));
        return standsForIt != null
                && standsForIt.in() != null
                && standsForIt.in().active()
                && standsForIt.ownGen() >= least;
    }

    /** Asks Redis where the visitor went that nobody knows. */
    void lookUp(RemotePartner absent) {
        link.run(
                Command.HGET,
                "chat:" + absent.number(),
                value -> {
                    if (value instanceof byte[] bytes) {
                        String[] claimed = new String(bytes, StandardCharsets.US_ASCII).split("\\.");
                        absent.foundAt(Long.parseLong(claimed[0]), Integer.parseInt(claimed[1]));
                    }
                },
                absent.newcomer() ? "0" : "1");
    }

    void remove(RemotePartner partner) {
        all.remove(key(partner.number(), partner.newcomer()), partner);
        unsettled.remove(partner);
        if (partner.info().key() != null) {
            byKey.remove(partner.info().key(), partner);
        }
    }

    /** The visitor of {@code partner} has another secret than the one with the key {@code before}. */
    void rename(RemotePartner partner, String before) {
        String now = partner.info().key();
        if (before != null && !before.equals(now)) {
            byKey.remove(before, partner);
        }
        if (now != null && all.get(key(partner.number(), partner.newcomer())) == partner) {
            byKey.put(now, partner);
        }
    }

    /** The visitor here goes on at another server, and the partner's server will hear of it from there. */
    void movedOn(RemotePartner partner, long to) {
        movedOn.put(key(partner.number(), partner.newcomer()), new MovedOn(to, System.nanoTime()));
        partner.close();
    }

    /** The partner whose visitor is known by this key, in this chat unless it is 0; or null. */
    RemotePartner findByKey(String key, long chat) {
        RemotePartner partner = byKey.get(key);
        boolean isIt = partner != null && (chat == 0 || chat == partner.number());
        return isIt && partner.in() != null && partner.in().active() ? partner : null;
    }

    /** False if it is among them already. */
    boolean unsettled(RemotePartner partner) {
        return unsettled.add(partner);
    }

    // What comes

    /** Thread of the subscription. */
    void item(long from, ItemType type, WireReader in) {
        long pair = in.number();
        boolean fromNewcomer = in.flag();
        RemotePartner partner = all.get(key(pair, fromNewcomer));
        if (type == ItemType.MOVED) {
            if (partner != null) {
                partner.redirect(from, in.number());
            }
        } else if (type == ItemType.HELLO) {
            hello(from, pair, fromNewcomer, partner, ChatItems.Hello.read(in));
        } else if (partner == null) {
            unknown(from, type, pair, fromNewcomer, in);
        } else {
            known(from, partner, type, in);
        }
    }

    /** Read here, and judged when its turn comes: what came before it may tell that the partner has moved. */
    private void known(long from, RemotePartner partner, ItemType type, WireReader in) {
        switch (type) {
            case DATA -> {
                partner.postData(from, ChatItems.Data.read(in));
            }
            case ACK -> {
                long taken = in.number();
                long got = in.number();
                partner.post(from, () -> partner.ack(taken, got));
            }
            case TYPING -> {
                boolean on = in.flag();
                partner.post(from, () -> partner.typing(on));
            }
            case SIGNAL -> partner.postSignal(from, ChatItems.Signal.read(in));
            case END -> {
                long lastId = in.number();
                LeaveReason why = REASONS[Math.min(in.small(), REASONS.length - 1)];
                partner.post(from, () -> partner.end(lastId, why));
            }
            case ENDED -> {
                long taken = in.number();
                partner.post(from, () -> partner.ended(taken));
            }
            case GONE -> {
                boolean superseded = in.flag();
                partner.post(from, () -> partner.gone(superseded));
            }
            case REPORTED -> partner.post(from, () -> reported(partner));
            case BEAT, OFFER, ACCEPT, REFUSE, CONFIRM, CANCEL, FREE, HELLO, TAKE, TAKEN, NOT_TAKEN -> {}
            case FAMILY_ENDED, BANNED, UNBANNED, BLOCKED, TAKE_FROM_PARTNER, MOVED -> {}
        }
    }

    private void hello(long from, long pair, boolean fromNewcomer, RemotePartner partner, ChatItems.Hello hello) {
        Consumer<Heard> waiting = waitingForHello.remove(key(pair, fromNewcomer));
        if (waiting != null) {
            waiting.accept(new Heard(from, hello));
        } else if (partner != null) {
            partner.post(() -> partner.hello(from, hello));
        } else if (hello.asks() > 0 && isMovedOn(pair, fromNewcomer)) {
            MovedOn there = movedOn.get(key(pair, fromNewcomer));
            publish(new Packet(
                    from,
                    ChatItems.start(ItemType.MOVED, pair, !fromNewcomer)
                            .number(there == null ? 0 : there.to)
                            .toBytes()));
        } else if (localChats.hasGoneOn(from, pair, fromNewcomer)) {
            return; // it asks again
        } else if (hello.asks() >= ASKED_IN_VAIN) {
            // A visitor who comes back is known a moment after the partner's server may have heard of it.
            publish(new Packet(from, ChatItems.gone(pair, !fromNewcomer, false)));
        }
    }

    private boolean isMovedOn(long pair, boolean fromNewcomer) {
        return movedOn.containsKey(key(pair, fromNewcomer));
    }

    private void unknown(long from, ItemType type, long pair, boolean fromNewcomer, WireReader in) {
        if (type == ItemType.END && !isMovedOn(pair, fromNewcomer)) {
            publish(new Packet(from, ChatItems.ended(pair, !fromNewcomer, in.number())));
        }
    }

    /** The newcomer's server confirms again: our answer was lost. False if there is no such chat here. */
    boolean answerConfirm(long pair) {
        RemotePartner newcomer = all.get(key(pair, true));
        if (newcomer == null) {
            return false;
        }
        newcomer.ackLater();
        return true;
    }

    /** The partner has reported the visitor here. */
    private void reported(RemotePartner by) {
        pairs.matchmaker().report(by, by.local());
        context.visitors().reported(by.visitor(), by.local().visitor());
    }

    /** The next hello about this chat goes to {@code heard}, on the thread of the subscription; null for no more. */
    void expectHello(RemotePartner about, Consumer<Heard> heard) {
        long key = key(about.number(), about.newcomer());
        if (heard == null) {
            waitingForHello.remove(key);
        } else {
            waitingForHello.put(key, heard);
        }
    }

    void moved(RemotePartner partner) {
        onMoved.accept(partner.in());
    }

    void superseded(RemotePartner partner) {
        onSuperseded.accept(partner);
    }

    /** What is said to a plain partner cannot come: the chat ends, so that nobody takes the rest for all. */
    void giveUp(RemotePartner partner) {
        partner.post(() -> partner.endAlone("unreachable"));
    }

    // The cluster's clock

    void tick(long now, long passedNanos) {
        if (!link.isUp()) {
            unsettled.forEach(each -> each.extendAbsence(passedNanos));
            return;
        }
        for (RemotePartner each : unsettled) {
            if (!each.tick(now)) {
                unsettled.remove(each);
                if (each.tick(now)) {
                    unsettled.add(each); // something has come up between the two
                }
            }
        }
        look(now);
        movedOn.values().removeIf(each -> now - each.sinceNanos > REMEMBERED_NANOS);
    }

    /** Some of all chats are asked for in turn: a partner's server may have ended one without our hearing of it. */
    private void look(long now) {
        int some = all.size() / TICKS_A_ROUND + 1;
        for (int i = 0; i < some; i++) {
            if (!round.hasNext()) {
                if (now - roundNanos < TimeUnit.SECONDS.toNanos(1)) {
                    return;
                }
                roundNanos = now;
                round = all.values().iterator();
                return;
            }
            RemotePartner next = round.next();
            next.post(next::askHello);
        }
    }

    void nodeGone(long node, long sinceNanos) {
        for (RemotePartner each : all.values()) {
            if (each.node() == node) {
                each.post(() -> each.nodeGone(node, sinceNanos));
            }
        }
    }

    /** Who waits for room need not wait for Redis. */
    void linkDown() {
        all.values().forEach(each -> each.post(each::wake));
    }

    void pause() {
        all.values().forEach(each -> each.post(each::pause));
    }

    /** Asks for news of all chats. */
    void linkUp() {
        all.values().forEach(each -> each.post(each::askHello));
    }

    // For partners

    ChatContext context() {
        return context;
    }

    PairLifecycle pairs() {
        return pairs;
    }

    boolean isUp() {
        return link.isUp();
    }

    boolean isPresent(long node) {
        return members.isPresent(node);
    }

    void publish(Packet packet) {
        link.publish(packet);
    }

    void publishLater(Packet.Later packet) {
        link.publishLater(packet);
    }

    MessageBudget.Share share() {
        return share;
    }

    int resumeSeconds() {
        return resumeSeconds;
    }

    long resumeNanos() {
        return TimeUnit.SECONDS.toNanos(resumeSeconds);
    }

    void run(Runnable task) {
        Thread.startVirtualThread(task);
    }
}
