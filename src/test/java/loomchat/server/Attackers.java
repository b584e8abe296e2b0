package loomchat.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import loomchat.testing.RawClient;

/** The attackers of {@link AttacksTest}: one thread and one address for each attack, in a process of their own. */
final class Attackers {
    private Attackers() {}

    /** One attack: repeated until the time is over. What the server does to it is its business. */
    @FunctionalInterface
    private interface Attack {
        void strike(int port, String from) throws IOException;
    }

    private static final byte[] BOMB = bomb();

    private static final Map<String, Attack> ATTACKS = Map.ofEntries(
            Map.entry("silent connections", (port, from) -> hold(port, from, 200, new byte[0])),
            Map.entry("halves of requests", (port, from) -> hold(port, from, 100, "GET / HTTP/1.1\r\nX: ".getBytes())),
            Map.entry("halves of messages", Attackers::halves),
            Map.entry("bombs", Attackers::bombs),
            Map.entry("one byte messages", Attackers::tinyMessages),
            Map.entry("deaf partners", Attackers::deafPartner),
            Map.entry("pings", Attackers::pings),
            Map.entry("broken frames", Attackers::brokenFrames),
            Map.entry(
                    "handshakes",
                    (port, from) -> hold(port, from, 50, RawClient.request("/").getBytes())),
            Map.entry("smuggled requests", Attackers::smuggle),
            Map.entry("guessed secrets", Attackers::guessSecrets),
            Map.entry("reports", Attackers::reports));

    /** Attacks that port until the standard input ends, and then tells how often each attack was carried out. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        Map<String, LongAdder> strikes = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        int nth = 10;
        for (Map.Entry<String, Attack> each : ATTACKS.entrySet()) {
            String from = "127.0.0." + nth++;
            threads.add(Thread.startVirtualThread(() -> {
                while (!over.get()) {
                    strikes.computeIfAbsent(each.getKey(), none -> new LongAdder())
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
        System.in.readAllBytes();
        over.set(true);
        for (Thread each : threads) {
            each.join(Duration.ofSeconds(60));
        }
        strikes.forEach((name, count) -> System.out.println(name + ": " + count));
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
        return RawClient.frame(RawClient.TEXT | RawClient.RSV1, Arrays.copyOf(all, all.length - 4));
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
}
