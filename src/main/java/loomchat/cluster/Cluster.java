package loomchat.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import loomchat.chat.ChatContext;
import loomchat.chat.Elsewhere;
import loomchat.chat.Pair;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Participant;
import loomchat.chat.match.RoomListener;
import loomchat.cluster.redis.LinkProblems;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.redis.RedisTimings;
import loomchat.cluster.redis.RedisUrl;
import loomchat.cluster.redis.Script;
import loomchat.cluster.wire.Batch;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;
import loomchat.identity.session.SharedIdentities;

/**
 * This server as one of a crowd. {@link #open}, {@link #begin} and {@link #close} run on the main thread, everything
 * else on any. Its clock wakes ten times a second and waits for nobody. Long, because all that comes in and goes out is
 * wired here.
 */
public final class Cluster implements Elsewhere, AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int TICKS_A_BEAT = 10;
    /** A link that is back sooner is not worth a word. */
    private static final long SAY_PAUSED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long CLOSE_MILLIS = 1_000;

    private final RedisLink link;
    private final long self;
    private final int resumeSeconds;
    private final ServerNumbers numbers;
    private final RemoteSearch search;
    private final Members members;
    private final AtomicLong damaged = new AtomicLong();
    private final Thread clock;
    private final SharedState shared;
    private final Tickets tickets;
    private final ServerStats stats;

    private ChatContext context;
    private PairLifecycle pairs;
    private RemoteChats chats;
    private Offers offers;
    private Seats seats;
    private SeatFinder finder;
    private Claims claims;
    private HandOvers handOvers;
    private BiConsumer<String, Throwable> fatal = (thread, error) -> {};
    private volatile boolean closed;
    private volatile long downSince = System.nanoTime();
    private boolean saidPaused;

    private Cluster(
            RedisLink link,
            ServerNumbers numbers,
            int resumeSeconds,
            Duration familyLifetime,
            SharedState.AtStart known) {
        this.link = link;
        this.numbers = numbers;
        this.resumeSeconds = resumeSeconds;
        self = numbers.current();
        search = new RemoteSearch(link, self);
        members = new Members(link, self, TimeUnit.SECONDS.toMillis(resumeSeconds), this::nodeGone);
        tickets = new Tickets(link);
        stats = new ServerStats(link, self);
        shared = new SharedState(link, members, familyLifetime.toMillis(), known);
        clock = Thread.ofPlatform().daemon(true).name("cluster-clock").unstarted(this::run);
    }

    /**
     * Tries Redis, and gets this server its number. Where Redis cannot be reached the server begins alone.
     *
     * @param resumeSeconds for which a visitor can come back
     * @param familyLifetime of an identity that is not refreshed
     */
    public static Cluster open(RedisUrl url, int resumeSeconds, Duration familyLifetime) throws RedisLink.Unusable {
        RedisLink link = new RedisLink(url);
        List<Object> replies =
                link.check(Script.BLOCK, SharedState.KEYS, SharedState.SIGNED_OUT, ServerNumbers.MOST_BLOCKS);
        Long block = replies == null ? null : (Long) replies.getFirst();
        SharedState.AtStart known = replies == null
                ? SharedState.AtStart.NOTHING
                : new SharedState.AtStart(SharedState.texts(replies.get(1)), SharedState.times(replies.get(2)));
        return new Cluster(link, new ServerNumbers(link, block), resumeSeconds, familyLifetime, known);
    }

    /** What the servers know together of identities. */
    public SharedIdentities identities() {
        return shared;
    }

    /**
     * Tells of what other servers do about visitors.
     *
     * @param ownKeys the keys that this server shares by id, each a secret
     */
    public void listen(News news, Supplier<Map<String, String>> ownKeys) {
        shared.listen(news, ownKeys);
    }

    /** What another server has done; may be called on a thread of the link and must not block. */
    public interface News {
        void familyEnded(String family);

        /** @param millis how long it holds, negative for good */
        void banned(String target, long millis, String reason, String by);

        void unbanned(String target, String by);

        void blocked(long identity, long other);

        /** Keys of all servers by id, each a secret; empty for a revoked one. May wait for the disk. */
        void keys(Map<String, String> jwks);

        /** An operator's login, which would have ended then, is over. */
        void signedOut(String login, long untilMillis);

        /** All that this server knows of those, so that Redis has them again when it has lost them. */
        Map<String, Long> signOuts();
    }

    /** This server has banned somebody. */
    public void banned(String target, long millis, String reason, String by) {
        shared.banned(target, millis, reason, by);
    }

    public void unbanned(String target, String by) {
        shared.unbanned(target, by);
    }

    /** An identity here has blocked another one for good. */
    public void blocked(long identity, long other) {
        shared.blocked(identity, other);
    }

    /** An identity has come to this server, which may not know of all blocks that it has made elsewhere. */
    public void lookUpBlocks(long identity, Set<Long> known) {
        shared.lookUpBlocks(identity, known);
    }

    /** @param onFatal gets the name of a thread of the cluster that cannot go on, and why */
    public void onFatal(BiConsumer<String, Throwable> onFatal) {
        fatal = onFatal;
    }

    /** @param byKey finds the visitor whose secret has this key */
    public void begin(ChatContext context, PairLifecycle with, Function<String, Participant> byKey) {
        this.context = context;
        pairs = with;
        chats = new RemoteChats(context, with, link, members, resumeSeconds);
        offers = new Offers(link, with, chats, search, numbers::next);
        seats = new Seats(link, self, members, context::monotonicMillis);
        finder = new SeatFinder(link, self, members, () -> TimeUnit.SECONDS.toMillis(resumeSeconds));
        claims = new Claims(self, chats, seats, members, finder, tickets);
        handOvers = new HandOvers(link, self, chats, seats, members, with.matchmaker(), byKey, claims);
        claims.listen(handOvers);
        chats.listen(seats::later, handOvers::superseded, handOvers::hasGoneOn);
        search.begin(offers, with.matchmaker()::avoidedBy);
        RedisLink.Listener listener = new RedisLink.Listener() {
            @Override
            public void up() {
                downSince = 0;
                members.linkUp();
                seats.linkUp();
                chats.linkUp();
                shared.linkUp();
                tickets.share();
                beat();
            }

            @Override
            public void down() {
                downSince = Math.max(1, System.nanoTime());
                members.linkDown();
                chats.linkDown();
            }
        };
        link.start(self, this::received, listener, fatal);
        clock.start();
    }

    // What comes

    private void received(byte[] message) {
        Batch.read(
                message,
                this::item,
                e -> LinkProblems.say("Another server says what this one cannot read (" + damaged.incrementAndGet()
                        + " times): do all have the same version?"));
    }

    private void item(long from, WireReader in) {
        ItemType type = in.type();
        switch (type) {
            case BEAT -> {}
            case OFFER, ACCEPT, REFUSE, CONFIRM, CANCEL, FREE -> offers.item(from, type, in);
            case HELLO, DATA, ACK, TYPING, END, ENDED, GONE, REPORTED, MOVED, SIGNAL -> chats.item(from, type, in);
            case TAKE -> handOvers.asked(from, in);
            case TAKE_FROM_PARTNER -> handOvers.askedAsPartner(from, in);
            case TAKEN, NOT_TAKEN -> finder.answered(type, in);
            case FAMILY_ENDED, BANNED, UNBANNED, BLOCKED, SIGNED_OUT -> {
                if (from != self) {
                    shared.item(type, in);
                }
            }
        }
    }

    private void nodeGone(long node) {
        offers.nodeGone(node);
        chats.nodeGone(node, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(Members.LEASE_MILLIS));
    }

    // The clock

    private void run() {
        try {
            tickAgainAndAgain();
        } catch (Error e) {
            fatal.accept(clock.getName(), e);
        }
    }

    private void tickAgainAndAgain() {
        long last = System.nanoTime();
        for (int ticks = 0; !closed; ticks++) {
            LockSupport.parkNanos(this, TICK_NANOS);
            long now = System.nanoTime();
            try {
                tick(now, now - last);
                if (ticks % TICKS_A_BEAT == 0) {
                    beat();
                }
            } catch (RuntimeException e) {
                LinkProblems.unexpected(e);
            }
            last = now;
        }
    }

    private void tick(long now, long passed) {
        members.tick(now);
        offers.tick(now);
        search.tick(now);
        seats.tick(now);
        chats.tick(now, passed);
        handOvers.tick(now);
        claims.tick(now);
        shared.tick(now);
        tickets.tick(now);
        long since = downSince;
        if (since == 0) {
            saidPaused = false;
        } else if (!saidPaused && now - since > SAY_PAUSED_NANOS) {
            saidPaused = true;
            chats.pause();
        }
    }

    private void beat() {
        members.beat(pairs.matchmaker().waiting(), stats.line(context.counters()));
        link.publish(new Packet(self, WireWriter.of(ItemType.BEAT).toBytes()));
    }

    // For the chat server

    @Override
    public String secretPrefix() {
        return Claims.prefix(self);
    }

    @Override
    public boolean canMove() {
        return link.isUp() && members.count() > 1;
    }

    @Override
    public long nextSession() {
        return numbers.next();
    }

    @Override
    public long nextPair() {
        return numbers.next();
    }

    @Override
    public RoomListener<Participant> room() {
        return search;
    }

    @Override
    public int waiting(int here) {
        return here + members.othersWaiting();
    }

    @Override
    public void talks(Pair pair) {
        seats.later(pair);
    }

    @Override
    public void ended(Pair pair) {
        seats.later(pair);
    }

    @Override
    public String ticket(Pair pair, Participant who) {
        return resumeSeconds == 0
                ? null
                : tickets.seal(
                        who.resumeKey(),
                        seats.record(pair, who, 0).withoutInterests().stored());
    }

    @Override
    public Claim claim(Wanted wanted, Participant by) throws Unreachable, InterruptedException {
        return claims.claim(wanted, by);
    }

    // For the operator

    /** What a server of the crowd counts at this moment; {@code own}: it is this one. */
    public record ServerNow(String name, boolean own, long connections, long chats, long waiting) {}

    /** The number of this server, for as long as it runs. */
    public long node() {
        return self;
    }

    /** Visitors come to this server at {@code port}. */
    public void listensAt(int port) {
        stats.listensAt(port);
    }

    /** As people know this server. */
    public String name() {
        return stats.name();
    }

    /** All servers of the crowd. Waits for a moment. */
    public List<ServerNow> servers() throws InterruptedException {
        return stats.all(context.counters());
    }

    public boolean isUp() {
        return link.isUp();
    }

    /** How long Redis takes. */
    public RedisTimings timings() {
        return link.timings();
    }

    /** How many servers there are, as far as this one knows; itself among them. */
    public int size() {
        return link.isUp() ? members.size() : 1;
    }

    /** Why this server is on its own now, or null. */
    public String degraded() {
        return link.isUp() ? null : "Redis cannot be reached, this server goes on alone";
    }

    @Override
    public void close() {
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
            while (handOvers.isBusy() && deadline - System.nanoTime() > 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            closed = true;
            LockSupport.unpark(clock);
            clock.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.leave();
        link.close();
    }
}
