package loomchat.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import loomchat.RawClient;
import loomchat.ServerProcess;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All attacks at once against a server in a process of its own, beside 500 calm pairs: who is calm loses nothing, and when the attackers
 * are gone, the server's memory and descriptors are back. {@code -Dattack.seconds}, 600 unless told.
 */
class AttacksTest {
    private static final int PAIRS = 500;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int QUIET_SECONDS = 20;

    @TempDir
    Path dir;

    private final Map<String, LongAdder> blows = new ConcurrentHashMap<>();
    private volatile boolean over;

    /** One attack: one blow after the other until the time is over. What the server does to it is its business. */
    @FunctionalInterface
    private interface Attack {
        void strike(int port, String from) throws IOException;
    }

    @Test
    @Tag("slow")
    void whoIsCalmLosesNothing() throws Exception {
        int seconds = Integer.getInteger("attack.seconds", 600);
        Map<String, String> settings = Map.of(
                "COMPRESSION", "true",
                "LOG_SEGMENT_BYTES", "16M",
                "LOG_RETAIN_BYTES", "256M",
                "MAX_CONNECTIONS", "3000",
                "REQUEST_SECONDS", "10");
        try (ServerProcess server = new ServerProcess(dir, settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Calm> calm = meet(server.port());
            List<Future<?>> talks = calm.stream()
                    .<Future<?>>map(each -> threads.submit(each::talk))
                    .toList();
            Histogram quiet = measure(calm, QUIET_SECONDS);
            long files = openFiles(server);
            long rss = rssBytes(server);

            List<Future<?>> attacks = attack(threads, server.port());
            Histogram attacked = measure(calm, seconds);
            over = true;
            for (Future<?> each : attacks) {
                each.get(60, TimeUnit.SECONDS);
            }

            await().atMost(Duration.ofSeconds(60)).until(() -> openFiles(server) <= files + 20);
            System.out.printf(
                    "AttacksTest: %s%n  p50 %.2f -> %.2f ms, p99 %.2f -> %.2f ms; RSS %d -> %d MB%n",
                    blows,
                    quiet.getValueAtPercentile(50) / 1e6,
                    attacked.getValueAtPercentile(50) / 1e6,
                    quiet.getValueAtPercentile(99) / 1e6,
                    attacked.getValueAtPercentile(99) / 1e6,
                    rss >> 20,
                    rssBytes(server) >> 20);
            calm.forEach(Calm::end);
            for (Future<?> each : talks) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertThat(calm.stream().mapToLong(Calm::missing).sum())
                    .as("messages lost")
                    .isZero();
            // The heap of the process is 256 MB; the rest of it is bounded as well.
            assertThat(rssBytes(server)).as("resident memory").isLessThan(700L << 20);
            assertThat(server.terminate(30)).as("exit code").isZero();
        }
        assertThat(blows.keySet()).hasSize(ATTACKS.size());
    }

    // Those who are calm

    private static List<Calm> meet(int port) throws IOException {
        List<Calm> calm = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            RawClient first = RawClient.open(port, "/");
            RawClient second = RawClient.open(port, "/");
            Room.expectPair(first, second);
            calm.add(new Calm(first, second));
            calm.add(new Calm(second, first));
        }
        return calm;
    }

    /** One direction of a pair: a message each two seconds, whose arrival the other side checks. */
    private static final class Calm {
        private final RawClient from;
        private final RawClient to;
        private volatile ConcurrentHistogram times = new ConcurrentHistogram(3);
        private volatile boolean ended;
        private volatile long sent;
        private volatile long received;

        Calm(RawClient from, RawClient to) {
            this.from = from;
            this.to = to;
        }

        void talk() {
            try {
                for (long due = System.nanoTime(); !ended; due += PAUSE_NANOS) {
                    LockSupport.parkNanos(due - System.nanoTime());
                    String text = Long.toString(sent++);
                    long start = System.nanoTime();
                    from.sendText(text);
                    assertThat(to.readText()).isEqualTo(Room.chat(text));
                    times.recordValue(System.nanoTime() - start);
                    received++;
                }
            } catch (IOException e) {
                throw new AssertionError("Somebody calm was cut off", e);
            }
        }

        void end() {
            ended = true;
        }

        long missing() {
            return sent - received;
        }
    }

    private static Histogram measure(List<Calm> calm, int seconds) {
        calm.forEach(each -> each.times = new ConcurrentHistogram(3));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        Histogram all = new Histogram(3);
        calm.forEach(each -> all.add(each.times));
        return all;
    }

    // Those who are not

    private static final byte[] BOMB = bomb();

    private static final Map<String, Attack> ATTACKS = Map.ofEntries(
            Map.entry("silent connections", (port, from) -> hold(port, from, 200, new byte[0])),
            Map.entry("halves of requests", (port, from) -> hold(port, from, 100, "GET / HTTP/1.1\r\nX: ".getBytes())),
            Map.entry("halves of messages", AttacksTest::halves),
            Map.entry("bombs", AttacksTest::bombs),
            Map.entry("one byte messages", AttacksTest::tinyMessages),
            Map.entry("deaf partners", AttacksTest::deafPartner),
            Map.entry("pings", AttacksTest::pings),
            Map.entry("broken frames", AttacksTest::brokenFrames),
            Map.entry(
                    "handshakes",
                    (port, from) -> hold(port, from, 50, RawClient.request("/").getBytes())),
            Map.entry("smuggled requests", AttacksTest::smuggle),
            Map.entry("guessed secrets", AttacksTest::guessSecrets),
            Map.entry("reports", AttacksTest::reports));

    private List<Future<?>> attack(ExecutorService threads, int port) {
        List<Future<?>> attacks = new ArrayList<>();
        int nth = 10;
        for (Map.Entry<String, Attack> each : ATTACKS.entrySet()) {
            String from = "127.0.0." + nth++;
            attacks.add(threads.submit(() -> {
                while (!over) {
                    blows.computeIfAbsent(each.getKey(), none -> new LongAdder())
                            .increment();
                    try {
                        each.getValue().strike(port, from);
                    } catch (IOException | AssertionError e) {
                        // Refused or cut off, as it should be.
                        LockSupport.parkNanos(10_000_000);
                    }
                }
            }));
        }
        return attacks;
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static void hold(int port, String from, int count, byte[] sent) throws IOException {
        List<RawClient> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                RawClient client = RawClient.connect(from, port, 0);
                held.add(client);
                client.send(sent);
            }
            pause(3_000);
        } finally {
            for (RawClient each : held) {
                each.reset();
            }
        }
    }

    private static void halves(int port, String from) throws IOException {
        List<RawClient> held = new ArrayList<>();
        byte[] half = new byte[512 << 10];
        try {
            for (int i = 0; i < 100; i++) {
                RawClient client = RawClient.connect(from, port, 0);
                held.add(client);
                client.shakeHands("/");
                client.sendWhatFits(RawClient.header(RawClient.TEXT, 1 << 20, 0x80));
                client.sendWhatFits(half);
            }
            pause(2_000);
        } finally {
            for (RawClient each : held) {
                each.reset();
            }
        }
    }

    /** 900 KB of zeros in about 900 bytes, as one compressed message. */
    private static byte[] bomb() {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[900 << 10]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[4096];
        for (int count = piece.length; count == piece.length; ) {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            out.write(piece, 0, count);
        }
        deflater.end();
        byte[] all = out.toByteArray();
        return RawClient.frame(RawClient.TEXT | RawClient.RSV1, java.util.Arrays.copyOf(all, all.length - 4));
    }

    private static void bombs(int port, String from) throws IOException {
        try (RawClient client = RawClient.connect(from, port, 0)) {
            client.shakeHands("/", "Sec-WebSocket-Extensions: permessage-deflate");
            // 0.8 MB/s.
            for (int i = 0; i < 9_000; i++) {
                client.sendWhatFits(BOMB);
                pause(1);
            }
        }
    }

    private static void tinyMessages(int port, String from) throws IOException {
        byte[] many = new byte[1800 * 7];
        byte[] one = RawClient.frame(RawClient.TEXT, "x");
        for (int i = 0; i < 1800; i++) {
            System.arraycopy(one, 0, many, i * one.length, one.length);
        }
        try (RawClient first = RawClient.connect(from, port, 0);
                RawClient second = RawClient.connect(from, port, 0)) {
            first.shakeHands("/");
            second.shakeHands("/");
            for (int i = 0; i < 50; i++) {
                first.sendWhatFits(many);
                pause(100);
            }
        }
    }

    private static void deafPartner(int port, String from) throws IOException {
        byte[] large = RawClient.frame(RawClient.TEXT, "x".repeat(900_000));
        try (RawClient first = RawClient.connect(from, port, 0);
                RawClient second = RawClient.connect(from, port, 4096)) {
            first.shakeHands("/");
            second.shakeHands("/");
            for (int i = 0; i < 20; i++) {
                first.sendWhatFits(large);
                pause(100);
            }
        }
    }

    private static void pings(int port, String from) throws IOException {
        byte[] ping = RawClient.frame(RawClient.PING, "x".repeat(125));
        try (RawClient client = RawClient.connect(from, port, 0)) {
            client.shakeHands("/");
            for (int i = 0; i < 20_000; i++) {
                client.sendWhatFits(ping);
            }
        }
    }

    private static void brokenFrames(int port, String from) throws IOException {
        for (int first : new int[] {0x83, 0xF1, 0x09, 0x80, 0xC1}) {
            try (RawClient client = RawClient.connect(from, port, 0)) {
                client.shakeHands("/");
                client.send(RawClient.frame(first, "broken"));
                client.readAll();
            }
        }
    }

    private static void smuggle(int port, String from) throws IOException {
        for (String headers : List.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Content-Length: +5\r\n",
                "Transfer-Encoding: chunked\r\n")) {
            try (RawClient client = RawClient.connect(from, port, 0)) {
                client.send("POST /loadtest HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers
                        + "\r\n5;x\r\nhello\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                client.readResponse();
            }
        }
    }

    private static void guessSecrets(int port, String from) throws IOException {
        try (RawClient client = RawClient.connect(from, port, 0)) {
            client.shakeHands("/", "Sec-WebSocket-Protocol: chat.v1");
            for (int i = 0; i < 40; i++) {
                client.sendText("{\"type\":\"resume\",\"secret\":\"guess" + i + "\",\"chat\":1,\"id\":0}");
                client.sendText("{\"type\":\"chat\",\"chat\":" + i + ",\"id\":1,\"text\":\"x\"}");
            }
            pause(100);
        }
    }

    private static void reports(int port, String from) throws IOException {
        for (String path : List.of("/report", "/report.json?rescan", "/logs", "//report", "/report.csv")) {
            try (RawClient client = RawClient.connect(from, port, 0)) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
                client.readResponse();
            }
        }
        pause(200);
    }

    // The server's process

    private static long openFiles(ServerProcess server) throws IOException {
        try (var files = Files.list(Path.of("/proc", Long.toString(server.pid()), "fd"))) {
            return files.count();
        }
    }

    private static long rssBytes(ServerProcess server) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(server.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
