package loomchat.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;

/** Commands for Redis, some at once; knows the scripts of the program and what Redis has used. */
final class RedisPipe implements AutoCloseable {
    static final String PREFIX = "loomchat:{bench}:";
    private static final int AT_ONCE = 64;

    private final Connection redis;
    private final List<Call> batch = new ArrayList<>();

    private record Call(ProtocolCommand command, String[] arguments) {}

    RedisPipe(int port) {
        redis = new Connection("127.0.0.1", port);
    }

    /** Loads a script of the program and returns its name at Redis. */
    String load(String script) throws IOException {
        try (InputStream in = RedisPipe.class.getResourceAsStream("/loomchat/cluster/redis/" + script)) {
            redis.sendCommand(Command.SCRIPT, "LOAD", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return redis.getBulkReply();
        }
    }

    void add(ProtocolCommand command, String... arguments) {
        batch.add(new Call(command, arguments));
        if (batch.size() == AT_ONCE) {
            flush();
        }
    }

    /** Sends what has been added and waits for all replies. */
    void flush() {
        batch.forEach(each -> redis.sendCommand(each.command, each.arguments));
        for (Object each : redis.getMany(batch.size())) {
            if (each instanceof RuntimeException e) {
                throw e;
            }
        }
        batch.clear();
    }

    void seek(String sha, int server, int key, String open, String... interests) {
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
        add(Command.EVALSHA, call);
    }

    void beat(String sha, int server) {
        add(
                Command.EVALSHA,
                sha,
                "1",
                PREFIX,
                Integer.toString(server),
                "600000",
                "600000",
                "0",
                "-",
                "40000 20000 0 server");
    }

    long memory() {
        return (long) info("memory", "used_memory:");
    }

    double cpuSeconds() {
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

    @Override
    public void close() {
        redis.close();
    }
}
