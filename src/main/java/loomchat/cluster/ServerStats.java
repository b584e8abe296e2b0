package loomchat.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import loomchat.counters.Counters;
import redis.clients.jedis.Protocol.Command;

/**
 * What each server of the crowd counts now: each says it with its beat, and Redis keeps it while the server's lease
 * runs.
 */
final class ServerStats {
    private static final String KEY = "stats";
    private static final long MOST_WAIT_MILLIS = 300;
    private static final int PARTS = 4;

    private final RedisLink link;
    private final long self;
    private volatile String name;

    ServerStats(RedisLink link, long self) {
        this.link = link;
        this.self = self;
        name = "server " + self;
    }

    /** People know this server by its machine and its port. */
    void listensAt(int port) {
        try {
            name = InetAddress.getLocalHost().getHostName() + ":" + port;
        } catch (UnknownHostException e) {
            name = "server " + self + ":" + port;
        }
    }

    String name() {
        return name;
    }

    /** What the beat says. */
    String line(Counters counters) {
        return counters.connections.sum() + " " + counters.pairs.sum() + " " + counters.waiting.sum() + " " + name;
    }

    /** All servers, by name; this one alone where Redis does not answer. Waits for a moment. */
    List<Cluster.ServerNow> all(Counters counters) throws InterruptedException {
        List<Cluster.ServerNow> own = List.of(read(self, line(counters)));
        if (!link.isUp()) {
            return own;
        }
        CompletableFuture<List<Cluster.ServerNow>> all = new CompletableFuture<>();
        link.run(Command.HGETALL, KEY, new RedisCall.Reply() {
            @Override
            public void of(Object value) {
                all.complete(SharedState.texts(value).entrySet().stream()
                        .map(each -> read(Long.parseLong(each.getKey()), each.getValue()))
                        .sorted(Comparator.comparing(Cluster.ServerNow::name))
                        .toList());
            }

            @Override
            public void failed() {
                all.complete(own);
            }
        });
        try {
            return all.get(MOST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return own;
        }
    }

    private Cluster.ServerNow read(long node, String line) {
        String[] parts = line.split(" ", PARTS);
        return new Cluster.ServerNow(
                parts[PARTS - 1],
                node == self,
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]));
    }
}
