package loomchat.conformance;

import static loomchat.conformance.Echoes.closeInOrder;
import static loomchat.conformance.Echoes.expect;
import static loomchat.conformance.Echoes.expectClose;
import static loomchat.testing.RawClient.BINARY;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Large messages through real sockets, up to the limit and above it, whole, in fragments and chopped. */
class LimitConformanceTest {
    private static final int MIB = 1 << 20;
    private static final int LIMIT = 16 * MIB;
    /** A loaded machine may take that long; alone it takes a fraction of a second. */
    private static final long MOST_MILLIS = 8000;

    @TempDir
    static Path dir;

    private static EchoServer server;

    @BeforeAll
    static void start() throws Exception {
        server = EchoServer.start(dir, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] payload(int first, int size) {
        byte[] payload = new byte[size];
        if (first == BINARY) {
            new Random(size).nextBytes(payload);
        } else {
            byte[] text = "BAsd7&jh23 Grüße 世界 🌍 ".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            for (int at = 0; at + text.length <= size; at += text.length) {
                System.arraycopy(text, 0, payload, at, text.length);
            }
        }
        return payload;
    }

    /** Sends on a thread of its own, so that neither side waits for the other to read. */
    private static void echo(RawClient client, int first, byte[] payload, Sending sending) throws Exception {
        Thread sender = Thread.ofPlatform().daemon().start(() -> {
            try {
                sending.run();
            } catch (java.io.IOException e) {
                // The reader finds out.
            }
        });
        expect(client, first, payload);
        sender.join();
    }

    private interface Sending {
        void run() throws java.io.IOException;
    }

    @Test
    void sixteenMebibytesOfTextAndOfNoiseComeBackSoon() throws Exception {
        for (int first : new int[] {TEXT, BINARY}) {
            byte[] payload = payload(first, LIMIT);
            byte[] frame = frame(first, payload);
            long best = Long.MAX_VALUE;
            try (RawClient client = RawClient.open(server.port(), "/echo")) {
                for (int i = 0; i < 2; i++) {
                    long start = System.nanoTime();
                    echo(client, first, payload, () -> client.sendChopped(frame, 1 << 18));
                    best = Math.min(best, (System.nanoTime() - start) / 1_000_000);
                }
                closeInOrder(client);
            }
            System.out.printf("16 MiB %s echo: %d ms%n", first == TEXT ? "text" : "binary", best);
            assertThat(best).as("milliseconds").isLessThan(MOST_MILLIS);
        }
    }

    @TestFactory
    List<DynamicTest> largeMessages() {
        List<Case> cases = new ArrayList<>();
        for (int first : new int[] {TEXT, BINARY}) {
            for (int size : new int[] {MIB / 16, MIB, 4 * MIB}) {
                for (int fragment : new int[] {64, 4096, MIB / 4, 4 * MIB}) {
                    if (fragment <= size && size / fragment <= 16_384) {
                        cases.add(fragmented(first, size, fragment));
                    }
                }
            }
            for (int chop : new int[] {64, 512, 2048}) {
                byte[] payload = payload(first, MIB);
                cases.add(new Case("%02x of a mebibyte chopped in %d".formatted(first, chop), () -> {
                    try (RawClient client = RawClient.open(server.port(), "/echo")) {
                        echo(client, first, payload, () -> client.sendChopped(frame(first, payload), chop));
                        closeInOrder(client);
                    }
                }));
            }
        }
        return InParallel.run(2, cases);
    }

    private static Case fragmented(int first, int size, int fragment) {
        byte[] payload = payload(first, size);
        return new Case("%02x of %d in fragments of %d".formatted(first, size, fragment), () -> {
            try (RawClient client = RawClient.open(server.port(), "/echo")) {
                echo(client, first, payload, () -> {
                    for (int from = 0; from < size; from += fragment) {
                        boolean last = from + fragment >= size;
                        client.send(frame(
                                (from == 0 ? first & 0x0f : 0) | (last ? 0x80 : 0),
                                Arrays.copyOfRange(payload, from, Math.min(size, from + fragment))));
                    }
                });
                closeInOrder(client);
            }
        });
    }

    @TestFactory
    List<DynamicTest> aboveTheLimit() {
        List<Case> cases = new ArrayList<>();
        cases.add(refused("announced", client -> client.send(RawClient.header(BINARY, LIMIT + 1, 0x80), new byte[4])));
        cases.add(refused(
                "announced as huge", client -> client.send(RawClient.header(TEXT, Long.MAX_VALUE, 0x80), new byte[4])));
        cases.add(refused("by the last fragment", client -> {
            client.sendChopped(frame(0x02, new byte[LIMIT - 5]), 1 << 18);
            client.send(frame(0x00, new byte[5]), frame(0x80, new byte[1]));
        }));
        cases.add(refused(
                "announced by a fragment",
                client -> client.send(frame(0x01, "x"), RawClient.header(0x00, LIMIT, 0x80), new byte[4])));
        cases.add(refused("and sent whole", client -> {
            try {
                client.sendChopped(frame(BINARY, new byte[LIMIT + 1]), 1 << 18);
            } catch (java.io.IOException e) {
                // The server need not read what it has refused.
            }
        }));
        return InParallel.run(2, cases);
    }

    private interface SendingTo {
        void run(RawClient client) throws Exception;
    }

    private static Case refused(String name, SendingTo sending) {
        return new Case(name, () -> {
            try (RawClient client = RawClient.open(server.port(), "/echo")) {
                sending.run(client);
                expectClose(client, 1009);
            }
        });
    }
}
