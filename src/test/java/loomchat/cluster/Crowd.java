package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import loomchat.report.ReportCommand;
import loomchat.testing.JsonClient;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import org.awaitility.Awaitility;

/** Some servers in processes of their own, and their Redis. */
final class Crowd implements AutoCloseable {
    static final String NODES = "ZCARD loomchat:{crowd}:nodes";

    final RedisProcess redis;
    final List<ServerProcess> servers = new CopyOnWriteArrayList<>();
    private final Path dir;
    private final Map<String, String> settings;
    private int started;

    Crowd(Path dir, int count, String... settings) throws Exception {
        this.dir = dir;
        redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
        this.settings = new HashMap<>(Map.of("REDIS_URL", redis.url(), "DRAIN_TIMEOUT", "2s"));
        for (int i = 0; i < settings.length; i += 2) {
            this.settings.put(settings[i], settings[i + 1]);
        }
        try {
            for (int i = 0; i < count; i++) {
                start();
            }
            awaitServers(count);
        } catch (Exception | Error e) {
            // A server that is left over holds the output of the tests open: their build would wait for it for ever.
            close();
            throw e;
        }
    }

    /** One more server, with a folder of its own. */
    ServerProcess start(String... more) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        ServerProcess server = new ServerProcess(dir.resolve("server-" + started++), all);
        servers.add(server);
        return server;
    }

    /** Kills a server and starts another one on its port, with a folder of its own. */
    void restart(int nth) throws Exception {
        ServerProcess old = servers.get(nth);
        old.kill();
        ServerProcess next = start("PORT", Integer.toString(old.port()));
        servers.remove(next);
        servers.set(nth, next);
    }

    /** For the load client. */
    String urls() {
        return servers.stream()
                .map(each -> "ws://127.0.0.1:" + each.port() + "/")
                .collect(Collectors.joining(","));
    }

    ServerProcess server(int nth) {
        return servers.get(nth);
    }

    int port(int nth) {
        return servers.get(nth).port();
    }

    Path folder(int nth) {
        return dir.resolve("server-" + nth);
    }

    /** All that the servers have written, as one history. */
    JsonObject report() {
        String[] arguments = IntStream.range(0, started)
                .mapToObj(each -> folder(each).toString())
                .toArray(String[]::new);
        arguments = Arrays.copyOf(arguments, started + 1);
        arguments[started] = "--json";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportCommand.run(arguments, Map.of(), new PrintStream(out, true), System.err);
        return JsonClient.json(out.toString(StandardCharsets.UTF_8));
    }

    void awaitServers(int count) {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> redis.ask(NODES).equals(":" + count));
    }

    /** How many records of seats the server with the most of them has, with one that is none. */
    static int seats(RedisProcess redis) throws Exception {
        int most = 0;
        String all = redis.askAll("KEYS loomchat:{crowd}:seats:*");
        for (String key : all.split("\r\n")) {
            if (key.startsWith("loomchat")) {
                most = Math.max(most, Integer.parseInt(redis.ask("HLEN " + key).substring(1)));
            }
        }
        return most;
    }

    /** A client of {@code chat.v1} who has been welcomed. */
    static final class Visitor implements AutoCloseable {
        final JsonClient client;
        final String secret;
        String ticket;
        long chat;
        private long said;

        Visitor(int port) {
            client = JsonClient.v1(port);
            secret = client.next("welcome").getString("secret");
        }

        void find(String... interests) {
            client.send("{\"type\":\"find\",\"interests\":["
                    + (interests.length == 0 ? "" : "\"" + String.join("\",\"", interests) + "\"") + "]}");
        }

        void matched() {
            JsonObject matched = client.next("matched");
            chat = matched.getJsonNumber("chat").longValue();
            ticket = matched.getString("ticket");
        }

        void say(String text) {
            say(++said, text);
        }

        void say(long id, String text) {
            said = id;
            client.send("{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"%s\"}".formatted(chat, id, text));
        }

        void got(long id) {
            client.send("{\"type\":\"got\",\"chat\":%d,\"id\":%d}".formatted(chat, id));
        }

        /** The next message of the partner, after any number of acknowledgements. */
        void hears(long id, String text) {
            JsonObject message = client.next("chat", "ack", "typing", "back", "away", "paused");
            assertThat(message.getString("text")).as("%s", message).isEqualTo(text);
            assertThat(message.getInt("id")).as("%s", message).isEqualTo((int) id);
        }

        /** On this connection, the chat of {@code other}. */
        JsonObject resume(Visitor other, long seen, long from) {
            askToResume(other, seen, from);
            return resumed(other);
        }

        /** False if the server asks to try again later. */
        boolean tryResume(Visitor other, long seen, long from) {
            askToResume(other, seen, from);
            if (client.closes()) {
                return false;
            }
            resumed(other);
            return true;
        }

        void askToResume(Visitor other, long seen, long from) {
            client.send("{\"type\":\"resume\",\"secret\":\"%s\",\"ticket\":\"%s\",\"id\":%d,\"from\":%d,\"chat\":%d}"
                    .formatted(other.secret, other.ticket, seen, from, other.chat));
        }

        JsonObject resumed(Visitor other) {
            JsonObject resumed = client.next("resumed");
            ticket = resumed.getString("ticket");
            chat = other.chat;
            said = resumed.getInt("id");
            return resumed;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Comes back, and again when it is asked to try later, as long as nobody can know where its chat is. */
    static Visitor back(int port, Visitor who, long seen) {
        for (int i = 0; i < 5; i++) {
            Visitor back = new Visitor(port);
            if (back.tryResume(who, seen, 1)) {
                return back;
            }
            back.close();
        }
        throw new AssertionError("Not resumed");
    }

    /** Two who are a pair. */
    static void pair(Visitor one, Visitor other) {
        one.find();
        other.find();
        one.matched();
        other.matched();
        assertThat(one.chat).isEqualTo(other.chat);
    }

    @Override
    public void close() throws Exception {
        servers.forEach(ServerProcess::close);
        redis.close();
    }
}
