package loomchat.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Protocol.Command;

/**
 * A crowd of a million connections, as Redis sees it: the calls of docs/scaling.md, with the scripts of the program, at
 * the rates that the paper names, for some seconds. Prints what part of its one core Redis takes.
 */
final class CrowdBench {
    private static final int CONNECTIONS = 1_000_000;
    private static final int SERVERS = 25;
    private static final int CHAT_SECONDS = 180;
    private static final double MESSAGES_EACH = 0.1;
    /** After the death of one server. */
    private static final double TORN_APART = 0.04;

    private static final int ACKNOWLEDGEMENTS_A_SECOND = 50;
    private static final long SLICE_NANOS = 10_000_000;
    private static final String RECORD = "x".repeat(120);
    private static final String BATCH = "x".repeat(560);

    private final RedisPipe redis;
    private int nextKey;
    private double searches;
    private double seats;
    private double batches;
    private long calls;

    private CrowdBench(RedisPipe redis) {
        this.redis = redis;
    }

    static void run(int port, int seconds) throws IOException {
        try (RedisPipe redis = new RedisPipe(port)) {
            new CrowdBench(redis).run(seconds);
        }
    }

    private void run(int seconds) throws IOException {
        String seek = redis.load("seek.lua");
        String unwait = redis.load("unwait.lua");
        String beat = redis.load("beat.lua");
        double matches = CONNECTIONS / 2.0 / CHAT_SECONDS;
        double slice = SLICE_NANOS / 1e9;
        double cpu = redis.cpuSeconds();
        long begin = System.nanoTime();
        long late = 0;
        int slices = (int) (seconds / slice);
        for (int i = 0; i < slices; i++) {
            for (searches += matches * slice; searches >= 1; searches--) {
                search(seek, unwait);
            }
            for (seats += matches * slice; seats >= 1; seats--) {
                seat();
            }
            for (batches += acrossServers() * slice; batches >= 1; batches--) {
                redis.add(Command.SPUBLISH, RedisPipe.PREFIX + "to:" + (1 + nextKey++ % SERVERS), BATCH);
                calls++;
            }
            if (i % 100 < SERVERS) {
                redis.beat(beat, 1 + i % 100);
                calls++;
            }
            redis.flush();
            long due = begin + (i + 1) * SLICE_NANOS;
            late = Math.max(late, System.nanoTime() - due);
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        double lasted = (System.nanoTime() - begin) / 1e9;
        cpu = redis.cpuSeconds() - cpu;
        System.out.printf(
                Locale.ROOT,
                "a crowd of %,d on %d servers: %,.0f calls/s, %.0f %% of a core of Redis, at most %d ms late%n",
                CONNECTIONS,
                SERVERS,
                calls / lasted,
                cpu / lasted * 100,
                Math.max(0, late / 1_000_000));
    }

    /** Messages, each by itself, and what acknowledges them, together for 20 ms. */
    private static double acrossServers() {
        return CONNECTIONS * MESSAGES_EACH * TORN_APART + SERVERS * ACKNOWLEDGEMENTS_A_SECOND;
    }

    /** Nobody waits elsewhere at this moment; the next visitor of the same server comes a little later. */
    private void search(String seek, String unwait) {
        int key = nextKey++;
        int server = 1 + key % SERVERS;
        redis.seek(seek, server, key, "1", "music " + key % 1_000, "films " + key);
        redis.add(Command.EVALSHA, unwait, "1", RedisPipe.PREFIX, server + ":" + key + ":" + server + key + ":");
        calls += 2;
    }

    /** Two visitors begin a chat, and two others end theirs. */
    private void seat() {
        String seats = RedisPipe.PREFIX + "seats:" + (1 + nextKey % SERVERS);
        for (int i = 0; i < 2; i++) {
            String name = "key " + nextKey++;
            redis.add(Command.HSET, seats, name, RECORD);
            redis.add(Command.HDEL, seats, "key " + Math.max(0, nextKey - 10_000));
            calls += 2;
        }
    }
}
