package loomchat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import loomchat.testing.RawClient;
import loomchat.testing.RedisProcess;
import org.HdrHistogram.Histogram;

/**
 * How long a match across two servers takes while many others wait in the room that no one suits: from the request of
 * the one who comes last to the word that there is a partner.
 */
final class RoomBench {
    private static final int WAITING = 10_000;
    private static final int MATCHES = 2_000;
    private static final int MOST_OF_AN_ADDRESS = 1_000;

    private final List<Integer> ports;
    private final RedisProcess redis;

    private RoomBench(List<Integer> ports, RedisProcess redis) {
        this.ports = ports;
        this.redis = redis;
    }

    /** The servers let a visitor wait an hour for its interests. */
    static void run(List<Integer> ports, RedisProcess redis) throws Exception {
        new RoomBench(ports, redis).run();
    }

    private void run() throws Exception {
        List<RawClient> room = new ArrayList<>();
        try {
            for (int i = 0; i < WAITING; i++) {
                String from = "127.0.1." + (1 + i / MOST_OF_AN_ADDRESS);
                room.add(visitor(from, ports.get(i % ports.size()), "waits" + i));
            }
            while (!redis.ask("HLEN loomchat:{crowd}:who").equals(":" + WAITING)) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            Histogram newcomer = new Histogram(3);
            Histogram partner = new Histogram(3);
            for (int i = 0; i < MATCHES; i++) {
                match(i, newcomer, partner);
            }
            print("a match across servers, told to who came last", newcomer);
            print("the same, told to who waited", partner);
        } finally {
            room.forEach(RawClient::close);
        }
    }

    private void match(int nth, Histogram newcomer, Histogram partner) throws IOException {
        try (RawClient waiting = visitor("127.0.2.1", ports.get(nth % 2), "probe" + nth)) {
            heard(waiting, "\"waiting\"");
            String known = "ZCARD loomchat:{crowd}:i:probe";
            while (!redis.ask(known + nth).equals(":1")) {
                Thread.onSpinWait();
            }
            try (RawClient last = welcomed("127.0.2.2", ports.get((nth + 1) % 2))) {
                long begin = System.nanoTime();
                find(last, "probe" + nth);
                heard(last, "\"matched\"");
                newcomer.recordValue(System.nanoTime() - begin);
                heard(waiting, "\"matched\"");
                partner.recordValue(System.nanoTime() - begin);
            }
        }
    }

    private static void print(String what, Histogram times) {
        System.out.printf(
                Locale.ROOT,
                "%s, %,d waiting: p50 %.2f ms, p99 %.2f ms, max %.1f ms%n",
                what,
                WAITING,
                times.getValueAtPercentile(50) / 1e6,
                times.getValueAtPercentile(99) / 1e6,
                times.getMaxValue() / 1e6);
    }

    private static RawClient visitor(String from, int port, String interest) throws IOException {
        RawClient client = welcomed(from, port);
        find(client, interest);
        return client;
    }

    private static RawClient welcomed(String from, int port) throws IOException {
        RawClient client = RawClient.connect(from, port, 0);
        client.shakeHands("/ws", "Sec-WebSocket-Protocol: chat.v1");
        heard(client, "\"welcome\"");
        return client;
    }

    private static void find(RawClient client, String interest) throws IOException {
        client.sendText("{\"type\":\"find\",\"interests\":[\"" + interest + "\"]}");
    }

    private static void heard(RawClient client, String word) throws IOException {
        String text;
        do {
            text = client.readText();
        } while (!text.contains(word));
    }
}
