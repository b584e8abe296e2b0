package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.redis.Script;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;
import loomchat.identity.session.SharedIdentities;
import redis.clients.jedis.Protocol.Command;

/**
 * What all servers know of people beyond their chats: keys, refresh families, bans, blocks, and operators who have
 * signed out. Each server keeps its own copy; Redis has it for those that come later. Any thread; {@link #find} waits
 * for a moment. Long, because all that servers tell each other of people is here.
 */
final class SharedState implements SharedIdentities {
    private static final long MOST_WAIT_MILLIS = 300;
    static final String KEYS = "keys";
    static final String SIGNED_OUT = "signed-out";
    private static final String BANS = "bans";
    private static final String BLOCKS = "blocks:";
    /** As many as a server keeps. */
    private static final int MOST_BLOCKS = 1_000;

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final RedisLink link;
    private final Members members;
    private final long familyMillis;
    private final AtStart atStart;
    private CompletableFuture<Void> lastChange = CompletableFuture.completedFuture(null);
    private volatile Supplier<Map<String, String>> ownKeys = Map::of;
    private volatile Cluster.News news;

    // The cluster's clock; revoked ones are also done with on a thread of the link
    private Set<String> shared = Set.of();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private long dueNanos = System.nanoTime();

    /** What the other servers knew when this one started: keys, and logins of operators who have signed out. */
    record AtStart(Map<String, String> keys, Map<String, Long> signOuts) {
        static final AtStart NOTHING = new AtStart(Map.of(), Map.of());
    }

    /** @param familyMillis for which a family is kept without a refresh */
    SharedState(RedisLink link, Members members, long familyMillis, AtStart atStart) {
        this.link = link;
        this.members = members;
        this.familyMillis = familyMillis;
        this.atStart = atStart;
    }

    /** @param keys that this server shares */
    void listen(Cluster.News to, Supplier<Map<String, String>> keys) {
        news = to;
        ownKeys = keys;
        linkUp();
    }

    // Keys

    @Override
    public Map<String, String> keys() {
        return atStart.keys;
    }

    /** The reply of {@code HGETALL}. */
    static Map<String, String> texts(Object reply) {
        Map<String, String> texts = new TreeMap<>();
        List<?> all = (List<?>) reply;
        for (int i = 0; i + 1 < all.size(); i += 2) {
            texts.put(text(all.get(i)), text(all.get(i + 1)));
        }
        return texts;
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }

    /** A key that this server had and has no more was revoked: it stays in Redis by its id alone. */
    private void shareKeys() {
        Map<String, String> own = ownKeys.get();
        revoked.addAll(shared);
        revoked.removeAll(own.keySet());
        shared = Set.copyOf(own.keySet());
        for (String each : revoked) {
            link.run(Command.HSET, KEYS, value -> revoked.remove(each), each, "");
        }
        if (own.isEmpty()) {
            return;
        }
        link.run(Command.HGETALL, KEYS, value -> {
            Map<String, String> all = texts(value);
            own.forEach((id, jwk) -> {
                if (!"".equals(all.get(id)) && !jwk.equals(all.get(id))) {
                    link.run(Command.HSET, KEYS, RedisCall.Reply.IGNORED, id, jwk);
                }
            });
            if (!revoked.isEmpty()) {
                return;
            }
            boolean isNews = all.entrySet().stream()
                    .anyMatch(each -> each.getValue().isEmpty()
                            ? own.containsKey(each.getKey())
                            : !each.getValue().equals(own.get(each.getKey())));
            if (isNews) {
                Thread.startVirtualThread(() -> news.keys(all));
            }
        });
    }

    // Families

    @Override
    public Known find(String family) {
        CompletableFuture<Known> known = new CompletableFuture<>();
        link.run(
                Script.FAMILY,
                new RedisCall.Reply() {
                    @Override
                    public void of(Object value) {
                        known.complete(
                                value instanceof List<?> both
                                        ? new Known(new String((byte[]) both.get(1), StandardCharsets.UTF_8), (Long)
                                                both.get(0))
                                        : null);
                    }

                    @Override
                    public void failed() {
                        known.complete(null);
                    }
                },
                family,
                familyMillis,
                "");
        try {
            return known.get(MOST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void changed(String family, String line, boolean ended) {
        link.run(Script.FAMILY, RedisCall.Reply.IGNORED, family, familyMillis, line);
        if (ended) {
            tellAll(WireWriter.of(ItemType.FAMILY_ENDED).text(family));
        }
    }

    // Bans and blocks

    void banned(String target, long millis, String reason, String by) {
        long until = millis < 0 ? 0 : members.redisMillis() + millis;
        WireWriter ban = new WireWriter(128).text(target).number(until).text(by).text(reason);
        link.run(
                Script.BAN,
                longer -> {
                    if (longer instanceof byte[] there) {
                        // Made elsewhere while this server could not hear of it.
                        inOrder(() -> apply(there));
                    }
                },
                target,
                ban.toBytes());
        tellAll(WireWriter.of(ItemType.BANNED).bytes(ban.toBytes()));
    }

    void unbanned(String target, String by) {
        link.run(Command.HDEL, BANS, RedisCall.Reply.IGNORED, target);
        tellAll(WireWriter.of(ItemType.UNBANNED).text(target).text(by));
    }

    void blocked(long identity, long other) {
        String key = BLOCKS + identity;
        link.run(Command.LPUSH, key, RedisCall.Reply.IGNORED, other);
        link.run(Command.LTRIM, key, RedisCall.Reply.IGNORED, 0, MOST_BLOCKS - 1);
        link.run(Command.PEXPIRE, key, RedisCall.Reply.IGNORED, familyMillis);
        tellAll(WireWriter.of(ItemType.BLOCKED).number(identity).number(other));
    }

    /** An identity is here whose blocks this server may not have heard of, beside those in {@code known}. */
    void lookUpBlocks(long identity, Set<Long> known) {
        link.run(
                Command.LRANGE,
                BLOCKS + identity,
                value -> {
                    Set<Long> fresh = new HashSet<>();
                    ((List<?>) value).forEach(each -> fresh.add(Long.parseLong(text(each))));
                    fresh.removeAll(known);
                    Cluster.News to = news;
                    if (to != null && !fresh.isEmpty()) {
                        // Each is looked for among all visitors, which is too long for a thread of the link.
                        Thread.startVirtualThread(() -> fresh.forEach(each -> to.blocked(identity, each)));
                    }
                },
                0,
                -1);
    }

    // Operators who have signed out

    @Override
    public Map<String, Long> signOuts() {
        return atStart.signOuts;
    }

    /** The reply of {@code ZRANGE} with scores. */
    static Map<String, Long> times(Object reply) {
        Map<String, Long> times = new TreeMap<>();
        texts(reply).forEach((member, score) -> times.put(member, (long) Double.parseDouble(score)));
        return times;
    }

    @Override
    public void signedOut(String login, long untilMillis) {
        link.run(
                Script.SIGN_OUT,
                fresh -> {
                    if (fresh.equals(1L)) {
                        tellAll(WireWriter.of(ItemType.SIGNED_OUT).text(login).number(untilMillis));
                    }
                },
                login,
                untilMillis);
    }

    /** Redis gets what it does not know, and this server what it has not heard. */
    private void shareSignOuts() {
        Cluster.News with = news;
        link.run(
                Command.ZRANGE,
                SIGNED_OUT,
                value -> Thread.startVirtualThread(() -> {
                    Map<String, Long> there = times(value);
                    with.signOuts().forEach((login, until) -> {
                        if (!there.containsKey(login)) {
                            signedOut(login, until);
                        }
                    });
                    there.forEach(with::signedOut);
                }),
                0,
                -1,
                "WITHSCORES");
    }

    /** What was lost on the way shows in the number of those that matter. */
    private void compareSignOuts() {
        long now = System.currentTimeMillis();
        long known =
                news.signOuts().values().stream().filter(each -> each > now).count();
        link.run(
                Command.ZCOUNT,
                SIGNED_OUT,
                count -> {
                    if (!count.equals(known)) {
                        shareSignOuts();
                    }
                },
                "(" + now,
                "+inf");
    }

    private void tellAll(WireWriter item) {
        link.publish(new Packet(Packet.TO_ALL, item.toBytes()));
    }

    /** What others do about bans, as it came: of two, all servers keep the same, and a lift ends what was before. */
    private synchronized void inOrder(Runnable change) {
        lastChange = lastChange.handleAsync(
                (done, failed) -> {
                    change.run();
                    return null;
                },
                Thread::startVirtualThread);
    }

    private void apply(byte[] ban) {
        WireReader in = new WireReader(ban);
        String target = in.text();
        long until = in.number();
        String by = in.text();
        String reason = in.text();
        long left = until == 0 ? -1 : until - members.redisMillis();
        if (until == 0 || left > 0) {
            news.banned(target, left, reason, by);
        } else {
            link.run(Command.HDEL, BANS, RedisCall.Reply.IGNORED, target);
        }
    }

    /** Thread of the subscription. */
    void item(ItemType type, WireReader in) {
        if (news == null) {
            return;
        }
        switch (type) {
            case FAMILY_ENDED -> {
                String family = in.text();
                Thread.startVirtualThread(() -> news.familyEnded(family));
            }
            case BANNED -> {
                byte[] ban = in.bytes();
                inOrder(() -> apply(ban));
            }
            case UNBANNED -> {
                String target = in.text();
                String by = in.text();
                inOrder(() -> news.unbanned(target, by));
            }
            case BLOCKED -> news.blocked(in.number(), in.number());
            case SIGNED_OUT -> news.signedOut(in.text(), in.number());
            default -> throw new IllegalArgumentException("Not about people: " + type);
        }
    }

    /** Others may have banned somebody, or an operator signed out, while this server could not hear of it. */
    void linkUp() {
        if (news != null) {
            shareSignOuts();
            link.run(Command.HVALS, BANS, value -> {
                if (value instanceof List<?> all) {
                    inOrder(() -> all.forEach(each -> apply((byte[]) each)));
                }
            });
        }
    }

    /** The cluster's clock. */
    void tick(long now) {
        if (news != null && now - dueNanos >= 0) {
            dueNanos = now + AGAIN_NANOS;
            shareKeys();
            compareSignOuts();
        }
    }
}
