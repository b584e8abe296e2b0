package loomchat.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.net.Loop;
import loomchat.ws.ClientOptions;
import loomchat.ws.MessageHandler;
import loomchat.ws.ReceiveResult;
import loomchat.ws.WebSocketClient;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What signals of calls cost the chats beside them: chats of {@code chat.v1} at a fixed rate, in rounds without and
 * with 200 signals of 1 KB a second, in turn, on one server and the same connections. Latency is taken from when a
 * message should have been sent; costs are the server's processor time for each chat message. Client and server share
 * the machine: only the two kinds of rounds compare. Long, because the clients and their figures belong together.
 */
public final class CallBench {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final int CLIENTS = 400;
    private static final int MESSAGES_A_SECOND = 4_000;
    private static final int MESSAGE_BYTES = 200;
    private static final int CALLS = 10;

    private static final int SIGNALS_A_SECOND = 200;
    private static final int SIGNAL_BYTES = 1_000;
    private static final int ROUNDS = 14;
    /** Rounds that are played before, until the server's code is compiled. */
    private static final int WARMUP = 4;

    private final CountDownLatch matched = new CountDownLatch(CLIENTS);
    private final CountDownLatch on = new CountDownLatch(2 * CALLS);
    private final AtomicLong signals = new AtomicLong();
    private final AtomicLong signalsHeard = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile Histogram latency;
    private volatile boolean signalling;
    private volatile boolean sending;
    private volatile boolean over;

    private CallBench() {}

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(System.getenv().getOrDefault("SECONDS_EACH", "5"));
        try (BenchServer server = BenchServer.start(Map.of("CALLS", "all"), "-jar", "target/loomchat.jar")) {
            new CallBench().play(server.uri(), server.pid(), seconds);
        }
    }

    private void play(URI uri, long pid, int seconds) throws Exception {
        try (Loop loop = new Loop("bench-client")) {
            List<Thread> users = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                users.add(loop.start(() -> user(uri, loop, number)));
                TimeUnit.MILLISECONDS.sleep(2);
            }
            await(matched, "matched");
            sending = true;
            await(on, "in a call");
            round(pid, WARMUP * seconds, true);
            head();
            List<Round> without = new ArrayList<>();
            List<Round> with = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                Round round = round(pid, seconds, i % 2 == 1);
                (i % 2 == 1 ? with : without).add(round);
                System.out.println(round.line(i % 2 == 1 ? "with signals" : "without"));
            }
            System.out.println(Round.median(without).line("median without"));
            System.out.println(Round.median(with).line("median with signals"));
            System.out.printf("signals: %d sent, %d arrived%n", signals.get(), signalsHeard.get());
            over = true;
            for (Thread each : users) {
                each.join(java.time.Duration.ofSeconds(5));
            }
        }
    }

    private static void await(CountDownLatch latch, String what) throws Exception {
        if (!latch.await(20, TimeUnit.SECONDS)) {
            throw new IOException(latch.getCount() + " clients are not " + what);
        }
    }

    private static void head() {
        System.out.printf(
                "%-22s %10s %10s %14s %8s %8s %8s%n",
                "round", "messages/s", "signals/s", "server µs/msg", "p50 µs", "p99 µs", "p99.9");
    }

    private Round round(long pid, int seconds, boolean withSignals) throws Exception {
        signalling = withSignals;
        TimeUnit.MILLISECONDS.sleep(500);
        Histogram own = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
        double cpu = cpuSeconds(pid);
        long heard = signalsHeard.get();
        latency = own;
        TimeUnit.SECONDS.sleep(seconds);
        latency = null;
        double spent = cpuSeconds(pid) - cpu;
        return new Round(
                own.getTotalCount() / (double) seconds,
                (signalsHeard.get() - heard) / (double) seconds,
                spent * 1e6 / Math.max(1, own.getTotalCount()),
                own.getValueAtPercentile(50) / 1e3,
                own.getValueAtPercentile(99) / 1e3,
                own.getValueAtPercentile(99.9) / 1e3);
    }

    /** What one round measured; times in microseconds. */
    private record Round(double messages, double signals, double cost, double p50, double p99, double p999) {
        String line(String name) {
            return String.format(
                    Locale.ROOT,
                    "%-22s %10.0f %10.0f %14.2f %8.0f %8.0f %8.0f",
                    name,
                    messages,
                    signals,
                    cost,
                    p50,
                    p99,
                    p999);
        }

        static Round median(List<Round> rounds) {
            return new Round(
                    median(rounds, Round::messages),
                    median(rounds, Round::signals),
                    median(rounds, Round::cost),
                    median(rounds, Round::p50),
                    median(rounds, Round::p99),
                    median(rounds, Round::p999));
        }

        private static double median(List<Round> rounds, java.util.function.ToDoubleFunction<Round> figure) {
            return rounds.stream()
                    .mapToDouble(figure)
                    .sorted()
                    .skip(rounds.size() / 2)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void user(URI uri, Loop loop, int number) {
        ClientOptions options = ClientOptions.of(uri, loop).subprotocol("chat.v1");
        try (WebSocketClient client = WebSocketClient.connect(options)) {
            new User(client, number).run();
        } catch (IOException e) {
            System.err.println("Client " + number + ": " + e.getMessage());
        }
    }

    /** User and system time of a process (proc(5), stat fields 14 and 15), in seconds. */
    private static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    /** One client, on a virtual thread of its own: receives, and sends on time. */
    private final class User implements MessageHandler {
        private final WebSocketClient client;
        private final int number;
        private final BenchProtocol protocol = BenchProtocol.of(BenchProtocol.Kind.V1);
        private final byte[] text = "x".repeat(MESSAGE_BYTES).getBytes(StandardCharsets.US_ASCII);
        private final String data = "y".repeat(SIGNAL_BYTES);
        private boolean counted;
        private long chat;
        private long call;
        private int signal;

        User(WebSocketClient client, int number) {
            this.client = client;
            this.number = number;
        }

        void run() throws IOException {
            long every = TimeUnit.SECONDS.toNanos(CLIENTS) / MESSAGES_A_SECOND;
            long everySignal = TimeUnit.SECONDS.toNanos(2 * CALLS) / SIGNALS_A_SECOND;
            long next = 0;
            long nextSignal = 0;
            while (!over) {
                long now = System.nanoTime();
                if (sending && next == 0) {
                    next = now + every * number / CLIENTS;
                }
                while (next != 0 && next <= now) {
                    hex(text, next);
                    protocol.say(client, text);
                    next += every;
                }
                if (call == 0 || !signalling) {
                    nextSignal = now + everySignal * number / CLIENTS;
                } else if (nextSignal <= now) {
                    signal();
                    nextSignal += everySignal;
                }
                long wake = now + TimeUnit.MILLISECONDS.toNanos(20);
                long due = call == 0 || !signalling ? wake : Math.min(wake, nextSignal);
                if (client.receive(this, next == 0 ? due : Math.min(due, next)) == ReceiveResult.CLOSED) {
                    return;
                }
            }
        }

        private void signal() throws IOException {
            signals.incrementAndGet();
            say("{\"type\":\"signal\",\"chat\":" + chat + ",\"call\":" + call + ",\"id\":" + ++signal + ",\"data\":\""
                    + data + "\"}");
        }

        private void say(String message) throws IOException {
            byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);
            client.sendText(bytes, 0, bytes.length);
        }

        @Override
        public void onText(byte[] buffer, int offset, int length) throws IOException {
            int at = protocol.hear(client, buffer, offset, length);
            if (at >= 0) {
                Histogram now = latency;
                if (now != null) {
                    now.recordValue(Math.max(0, System.nanoTime() - hex(buffer, at)));
                }
                return;
            }
            if (protocol.matched() && !counted) {
                counted = true;
                JsonObject told = parse(buffer, offset, length);
                chat = told.getInt("chat");
                boolean first = told.getBoolean("first");
                matched.countDown();
                if (first && calls.getAndIncrement() < CALLS) {
                    say("{\"type\":\"call\",\"chat\":" + chat + ",\"do\":\"invite\",\"kinds\":[\"video\"]}");
                }
                return;
            }
            String start = new String(buffer, offset, Math.min(length, 14), StandardCharsets.US_ASCII);
            if (start.startsWith("{\"type\":\"signa")) {
                signalsHeard.incrementAndGet();
            } else if (start.startsWith("{\"type\":\"call\"")) {
                call(parse(buffer, offset, length));
            }
        }

        private void call(JsonObject told) throws IOException {
            switch (told.getString("do")) {
                case "invite" ->
                    say("{\"type\":\"call\",\"chat\":" + chat + ",\"call\":" + told.getInt("call")
                            + ",\"do\":\"accept\",\"kinds\":[\"video\"]}");
                case "accept" -> {
                    call = told.getInt("call");
                    on.countDown();
                }
                default -> {}
            }
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {}
    }

    private static JsonObject parse(byte[] buffer, int offset, int length) {
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(buffer, offset, length))) {
            return reader.readObject();
        }
    }

    private static void hex(byte[] into, long value) {
        long rest = value;
        for (int i = 15; i >= 0; i--, rest >>>= 4) {
            into[i] = (byte) Character.forDigit((int) (rest & 15), 16);
        }
    }

    private static long hex(byte[] from, int at) {
        long value = 0;
        for (int i = 0; i < 16; i++) {
            value = value << 4 | Character.digit(from[at + i], 16);
        }
        return value;
    }
}
