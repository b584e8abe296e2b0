package loomchat.chat.v1;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import loomchat.Loomchat;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws generated and mutated messages at the server. It answers with nothing that docs/protocol.md does not have,
 * nothing fails inside it, and a chat beside it is not disturbed.
 */
class V1FuzzTest {
    private static final Set<String> ANSWERS = Set.of(
            "welcome",
            "waiting",
            "matched",
            "chat",
            "ack",
            "typing",
            "left",
            "away",
            "back",
            "resumed",
            "reported",
            "blocked",
            "call",
            "signal",
            "ice",
            "error");
    private static final Set<String> CODES =
            Arrays.stream(ErrorCode.values()).map(each -> each.code).collect(Collectors.toSet());
    /** Its answer names this id, which is how a client knows that everything before it was answered. */
    private static final String LAST = "{\"type\":\"chat\",\"chat\":999999999,\"id\":777777777,\"text\":\"last\"}";

    private static final List<String> SEEDS = List.of(
            "{\"type\":\"find\",\"interests\":[\"chess\",\"Ünïcode\"]}",
            "{\"type\":\"find\"}",
            "{\"type\":\"chat\",\"chat\":%c,\"id\":%i,\"text\":\"hello \\u00e9 \\n 😀\"}",
            "{\"type\":\"chat\",\"chat\":%c,\"id\":%i,\"text\":\"x\"}",
            "{\"type\":\"typing\",\"chat\":%c,\"on\":true}",
            "{\"type\":\"got\",\"chat\":%c,\"id\":%i}",
            "{\"type\":\"next\",\"chat\":%c}",
            "{\"type\":\"leave\",\"chat\":%c}",
            "{\"type\":\"leave\"}",
            "{\"type\":\"report\",\"chat\":%c,\"reason\":\"spam\"}",
            "{\"type\":\"block\",\"chat\":%c}",
            "{\"type\":\"call\",\"chat\":%c,\"do\":\"invite\",\"kinds\":[\"audio\",\"video\"]}",
            "{\"type\":\"call\",\"chat\":%c,\"call\":%i,\"do\":\"invite\",\"kinds\":[]}",
            "{\"type\":\"call\",\"chat\":%c,\"call\":1,\"do\":\"accept\",\"kinds\":[\"audio\"]}",
            "{\"type\":\"call\",\"chat\":%c,\"call\":1,\"do\":\"end\",\"why\":\"failed\"}",
            "{\"type\":\"signal\",\"chat\":%c,\"call\":1,\"id\":%i,\"data\":\"\\\"x\"}",
            "{\"type\":\"ice\",\"chat\":%c,\"call\":1}",
            "{\"type\":\"call-stats\",\"chat\":%c,\"call\":1,\"firstFrameMillis\":1,\"relayed\":true,\"bytesSent\":1,\"bytesReceived\":1}",
            "{\"type\":\"resume\",\"secret\":\"abc\",\"id\":%i}");
    private static final String ODD = "{}[]\",:\\\0\u0007\u202eé世😀0123456789eE.-+truefalsenull \n\t";

    @TempDir
    private Path logs;

    private final List<LogRecord> logged = new ArrayList<>();
    private final AtomicLong thrown = new AtomicLong();
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();

    @Test
    void fiveSeconds() throws Exception {
        fuzz(Duration.ofSeconds(5), 4);
    }

    @Test
    @Tag("slow")
    void aMinute() throws Exception {
        fuzz(Duration.ofSeconds(60), 8);
    }

    private void fuzz(Duration time, int clients) throws Exception {
        long seed = System.nanoTime();
        System.out.println("V1FuzzTest seed " + seed);
        Handler handler = listen();
        try (Loomchat server = Loomchat.start(Map.of(
                "PORT", "0",
                "HOST", "127.0.0.1",
                "LOG_DIR", logs.toString(),
                "INTEREST_TIMEOUT", "0s",
                "CALLS", "all",
                "CHAT_MESSAGES_PER_SECOND", "0"))) {
            JsonClient calm = JsonClient.v1(server.port());
            JsonClient friend = JsonClient.v1(server.port());
            int chat = match(calm, friend);
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            long deadline = System.nanoTime() + time.toNanos();
            for (int i = 0; i < clients; i++) {
                Random random = new Random(seed + i);
                threads.add(Thread.ofPlatform()
                        .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
                        .start(() -> play(server.port(), random, deadline)));
            }
            int said = 0;
            while (System.nanoTime() < deadline) {
                calm.send(
                        "{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"calm %d\"}".formatted(chat, ++said, said));
                JsonObject heard = friend.next("chat");
                assertThat(heard.getString("text")).isEqualTo("calm " + said);
            }
            for (Thread each : threads) {
                each.join(Duration.ofSeconds(30));
                assertThat(each.isAlive()).as("seed %d", seed).isFalse();
            }
            assertThat(failures).as("seed %d", seed).isEmpty();
            assertThat(said).as("seed %d", seed).isPositive();
            friend.nothingMore();
            System.out.println("V1FuzzTest seed " + seed + ": " + thrown + " messages thrown, answered with " + answers
                    + "; beside them " + said + " messages of a calm chat");
            assertThat(answers.keySet()).contains("matched", "chat", "error not-json", "error stale-chat");
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        assertThat(logged)
                .as(
                        "seed %d: %s",
                        seed, logged.stream().map(LogRecord::getMessage).toList())
                .isEmpty();
    }

    /** One client after the other until the deadline: each says some fifty things, and none of them is sent away. */
    private void play(int port, Random random, long deadline) {
        while (System.nanoTime() < deadline) {
            try (JsonClient client = JsonClient.v1(port)) {
                Place place = new Place();
                for (int i = 20 + random.nextInt(60); i > 0; i--) {
                    client.send(message(random, place));
                    thrown.incrementAndGet();
                    if (random.nextInt(4) == 0) {
                        hearAll(client, place);
                    }
                }
                hearAll(client, place);
            }
        }
    }

    /** What a client knows: its chat and the number of its next message there. */
    private static final class Place {
        private int chat = 1;
        private int id = 1;
        private boolean talking;
    }

    private void hearAll(JsonClient client, Place place) {
        client.send(LAST);
        for (String answer = client.receive(); !answer.contains("\"id\":777777777"); answer = client.receive()) {
            check(answer, place);
        }
    }

    private void check(String answer, Place place) {
        JsonObject message = JsonClient.json(answer);
        String type = message.getString("type");
        assertThat(type).as(answer).isIn(ANSWERS);
        if (type.equals("matched")) {
            place.chat = message.getInt("chat");
            place.id = 1;
        }
        place.talking = (place.talking || type.equals("matched")) && !type.equals("left");
        if (type.equals("error")) {
            String code = message.getString("code");
            assertThat(code).as(answer).isIn(CODES);
            type += " " + code;
        }
        answers.computeIfAbsent(type, first -> new LongAdder()).increment();
        // Nothing but text is ever passed on.
        assertThat(message.keySet()).as(answer).doesNotContain("extra", "msg");
    }

    /** Half of them as they should be: otherwise nobody would get anywhere. */
    private static String message(Random random, Place place) {
        String seed = SEEDS.get(place.talking || random.nextBoolean() ? random.nextInt(SEEDS.size()) : 1);
        StringBuilder text = new StringBuilder(
                seed.replace("%c", Integer.toString(place.chat)).replace("%i", Integer.toString(place.id)));
        if (random.nextBoolean()) {
            place.id += place.talking && seed.contains("\"text\"") ? 1 : 0;
            return text.toString();
        }
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutate(text, random);
        }
        return wellFormed(text.toString());
    }

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length() + 1);
        int odd = random.nextInt(ODD.length());
        switch (random.nextInt(6)) {
            case 0 -> text.insert(at, ODD.charAt(odd));
            case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
            case 2 -> text.insert(at, text.substring(0, at));
            case 3 -> text.insert(Math.min(1, text.length()), "\"extra\":" + "[".repeat(random.nextInt(50)) + ",");
            case 4 -> text.insert(at, "9".repeat(random.nextInt(40)));
            default -> text.setLength(at);
        }
    }

    /** The JDK's client sends no half of a surrogate pair. */
    private static String wellFormed(String text) {
        return text.replaceAll("[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]", "");
    }

    private static int match(JsonClient one, JsonClient other) {
        one.next("welcome");
        other.next("welcome");
        one.send("{\"type\":\"find\"}");
        one.receive();
        other.send("{\"type\":\"find\"}");
        one.next("matched");
        return other.next("matched").getInt("chat");
    }

    private Handler listen() {
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                    synchronized (logged) {
                        logged.add(line);
                    }
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger.getLogger("").addHandler(handler);
        return handler;
    }
}
