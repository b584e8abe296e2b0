package loomchat.bench;

import java.io.IOException;
import java.util.Locale;

/**
 * What the index of a crowd costs Redis: matches a second and core with many who wait, the memory of those, and the
 * beats of many servers. Uses the scripts of the program itself.
 */
final class MatchBench {
    private static final int WAITING = 15_000;
    private static final int MATCHES = 20_000;
    private static final int SERVERS = 100;
    private static final int ROUNDS = 100;

    private final RedisPipe redis;

    private MatchBench(RedisPipe redis) {
        this.redis = redis;
    }

    static void run(int port) throws IOException {
        try (RedisPipe redis = new RedisPipe(port)) {
            new MatchBench(redis).run();
        }
    }

    private void run() throws IOException {
        String seek = redis.load("seek.lua");
        String beat = redis.load("beat.lua");
        beats(beat, 1);
        long before = redis.memory();
        for (int i = 0; i < WAITING; i++) {
            redis.seek(seek, 1, i, i % 3 == 0 ? "0" : "1", "waits " + i, "also " + i, "and " + i);
        }
        redis.flush();
        long each = (redis.memory() - before) / WAITING;
        double cpu = redis.cpuSeconds();
        long begin = System.nanoTime();
        for (int i = 0; i < MATCHES; i++) {
            redis.seek(seek, 2, WAITING + i, "0", "shared " + i);
            redis.seek(seek, 3, WAITING + i, "0", "music " + i, "films " + i, "shared " + i);
        }
        redis.flush();
        double seconds = (System.nanoTime() - begin) / 1e9;
        cpu = redis.cpuSeconds() - cpu;
        print("matches/s, %,d waiting: %,.0f; a core of Redis: %,.0f%n", WAITING, MATCHES / seconds, MATCHES / cpu);
        print("memory of who waits with three interests: %,d bytes%n", each);
        cpu = redis.cpuSeconds();
        beats(beat, ROUNDS);
        cpu = redis.cpuSeconds() - cpu;
        print("beats of %d servers: %.1f us of Redis each%n", SERVERS, cpu * 1e6 / (ROUNDS * SERVERS));
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private void beats(String sha, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int server = 1; server <= SERVERS; server++) {
                redis.beat(sha, server);
            }
        }
        redis.flush();
    }
}
