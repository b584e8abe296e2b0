package loomchat.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import loomchat.testing.RedisProcess;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * What the index of a crowd costs Redis: matches a second and core with many who wait, the memory of those, and the
 * beats of many servers. Uses the scripts of the program itself.
 */
final class MatchBench {
    private static final int WAITING = 15_000;
    private static final int MATCHES = 20_000;
    private static final int SERVERS = 100;
    private static final int AT_ONCE = 64;
    private static final String PREFIX = "loomchat:{bench}:";

    private final Connection redis;
    private final List<String[]> batch = new ArrayList<>();

    private MatchBench(Connection redis) {
        this.redis = redis;
    }

    static void run(RedisProcess server) throws IOException {
        try (Connection redis = new Connection("127.0.0.1", server.port())) {
            new MatchBench(redis).run();
        }
    }

    private void run() throws IOException {
        String seek = load("seek.lua");
        String beat = load("beat.lua");
        beats(beat, 1);
        long before = memory();
        for (int i = 0; i < WAITING; i++) {
            seek(seek, 1, i, i % 3 == 0 ? "0" : "1", "waits " + i, "also " + i, "and " + i);
        }
        flush();
        long each = (memory() - before) / WAITING;
        double cpu = cpuSeconds();
        long begin = System.nanoTime();
        for (int i = 0; i < MATCHES; i++) {
            seek(seek, 2, WAITING + i, "0", "shared " + i);
            seek(seek, 3, WAITING + i, "0", "music " + i, "films " + i, "shared " + i);
        }
        flush();
        double seconds = (System.nanoTime() - begin) / 1e9;
        cpu = cpuSeconds() - cpu;
        print("matches/s, %,d waiting: %,.0f; a core of Redis: %,.0f%n", WAITING, MATCHES / seconds, MATCHES / cpu);
        print("memory of who waits with three interests: %,d bytes%n", each);
        cpu = cpuSeconds();
        beats(beat, 100);
        cpu = cpuSeconds() - cpu;
        print("beats of %d servers: %.1f us of Redis each%n", SERVERS, cpu * 1e6 / (100 * SERVERS));
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private void seek(String sha, int server, int key, String open, String... interests) {
        String[] call = new String[10 + interests.length];
        String[] head = {
            sha,
            "1",
            PREFIX,
            server + ":" + key + ":" + server + key + ":",
            Integer.toString(server),
            "0",
            open,
            Integer.toString(interests.length),
            "0",
            "0"
        };
        System.arraycopy(head, 0, call, 0, head.length);
        System.arraycopy(interests, 0, call, head.length, interests.length);
        add(call);
    }

    private void beats(String sha, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int server = 1; server <= SERVERS; server++) {
                add(new String[] {sha, "1", PREFIX, Integer.toString(server), "600000", "600000", "0", "-"});
            }
        }
        flush();
    }

    private void add(String[] call) {
        batch.add(call);
        if (batch.size() == AT_ONCE) {
            flush();
        }
    }

    private void flush() {
        batch.forEach(each -> redis.sendCommand(Command.EVALSHA, each));
        for (Object each : redis.getMany(batch.size())) {
            if (each instanceof RuntimeException e) {
                throw e;
            }
        }
        batch.clear();
    }

    private String load(String script) throws IOException {
        try (InputStream in = MatchBench.class.getResourceAsStream("/loomchat/cluster/redis/" + script)) {
            redis.sendCommand(Command.SCRIPT, "LOAD", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return redis.getBulkReply();
        }
    }

    private long memory() {
        return (long) info("memory", "used_memory:");
    }

    private double cpuSeconds() {
        return info("cpu", "used_cpu_sys:") + info("cpu", "used_cpu_user:");
    }

    private double info(String section, String name) {
        redis.sendCommand(Command.INFO, section);
        return redis.getBulkReply()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(0);
    }
}
