package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import loomchat.chat.visitor.ResumeKey;
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
 * What all servers know of visitors beyond their chats: keys, refresh families, bans, blocks. Each server keeps its
 * own copy; Redis has it for those that come later. Any thread; {@link #find} waits for a moment.
 */
final class SharedState implements SharedIdentities {
    private static final long MOST_WAIT_MILLIS = 300;
    static final String KEYS = "keys";
    private static final String BANS = "bans";
    private static final long KEYS_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RedisLink link;
    private final Members members;
    private final long familyMillis;
    private final List<String> keysAtStart;
    private volatile Supplier<List<String>> ownKeys = List::of;
    private volatile Cluster.News news;

    /** The cluster's clock. */
    private long keysDueNanos = System.nanoTime();

    /**
     * @param familyMillis for which a family is kept without a refresh
     * @param keysAtStart of the other servers
     */
    SharedState(RedisLink link, Members members, long familyMillis, List<String> keysAtStart) {
        this.link = link;
        this.members = members;
        this.familyMillis = familyMillis;
        this.keysAtStart = keysAtStart;
    }

    /** @param keys that this server shares */
    void listen(Cluster.News to, Supplier<List<String>> keys) {
        news = to;
        ownKeys = keys;
        linkUp();
    }

    // Keys

    @Override
    public List<String> keys() {
        return keysAtStart;
    }

    static List<String> texts(Object reply) {
        List<String> texts = new ArrayList<>();
        if (reply instanceof List<?> all) {
            all.forEach(each -> texts.add(new String((byte[]) each, StandardCharsets.UTF_8)));
        }
        return texts;
    }

    private void shareKeys() {
        List<String> own = ownKeys.get();
        if (own.isEmpty()) {
            return;
        }
        for (String each : own) {
            link.run(Command.HSET, KEYS, RedisCall.Reply.IGNORED, ResumeKey.of(each), each);
        }
        link.run(Command.HVALS, KEYS, value -> {
            List<String> all = texts(value);
            if (!own.containsAll(all)) {
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
        link.run(Command.HSET, BANS, RedisCall.Reply.IGNORED, target, ban.toBytes());
        tellAll(WireWriter.of(ItemType.BANNED).bytes(ban.toBytes()));
    }

    void unbanned(String target, String by) {
        link.run(Command.HDEL, BANS, RedisCall.Reply.IGNORED, target);
        tellAll(WireWriter.of(ItemType.UNBANNED).text(target).text(by));
    }

    void blocked(long identity, long other) {
        tellAll(WireWriter.of(ItemType.BLOCKED).number(identity).number(other));
    }

    private void tellAll(WireWriter item) {
        link.publish(new Packet(Packet.TO_ALL, item.toBytes()));
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
                Thread.startVirtualThread(() -> apply(ban));
            }
            case UNBANNED -> news.unbanned(in.text(), in.text());
            case BLOCKED -> news.blocked(in.number(), in.number());
            default -> throw new IllegalArgumentException("Not about visitors: " + type);
        }
    }

    /** Others may have banned somebody while this server could not hear of it. */
    void linkUp() {
        if (news != null) {
            link.run(Command.HVALS, BANS, value -> {
                if (value instanceof List<?> all) {
                    Thread.startVirtualThread(() -> all.forEach(each -> apply((byte[]) each)));
                }
            });
        }
    }

    /** The cluster's clock. */
    void tick(long now) {
        if (news != null && now - keysDueNanos >= 0) {
            keysDueNanos = now + KEYS_AGAIN_NANOS;
            shareKeys();
        }
    }
}
