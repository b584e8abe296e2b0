package loomchat.chat;

import static loomchat.testing.RawClient.PING;
import static loomchat.testing.RawClient.PONG;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Frame;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that take too little or send too much hurt nobody else. Long, because each way to take too little or to
 * send too much has its case.
 */
class SlowAndFloodTest {
    private static final int MIB = 1 << 20;

    @TempDir
    static Path dir;

    @TestFactory
    List<DynamicTest> slowAndFlooding() {
        return InParallel.run(
                3,
                List.of(
                        new Case(
                                "a partner that stops reading is closed, and its sender goes on",
                                SlowAndFloodTest::slow),
                        new Case("an echo that nobody reads ends", SlowAndFloodTest::slowEcho),
                        new Case("a frame that drips is cut", SlowAndFloodTest::drip),
                        new Case("pings between do not excuse a message that drips", SlowAndFloodTest::dripWithPings),
                        new Case(
                                "a stream that is always inside a frame is none that drips",
                                SlowAndFloodTest::alwaysInside),
                        new Case("a flood is slowed, then closed", SlowAndFloodTest::flood),
                        new Case("a flood of bytes is closed", SlowAndFloodTest::floodOfBytes),
                        new Case("a flood of pings is closed", SlowAndFloodTest::floodOfPings),
                        new Case("a burst is slowed and heard", SlowAndFloodTest::burst),
                        new Case("a slowed client is not asked for a sign of life", SlowAndFloodTest::slowedAndAlive),
                        new Case("a flood of one pair does not starve another", SlowAndFloodTest::starving)));
    }

    private static InProcessServer room(String... settings) throws Exception {
        return InProcessServer.open(Files.createTempDirectory(dir, "room"), settings);
    }

    private static void slow() throws Exception {
        InProcessServer room = room("SEND_TIMEOUT", "1s", "MAX_BYTES_PER_SECOND", "1G");
        try (room;
                RawClient sender = room.enter();
                RawClient slow = RawClient.connect("127.0.0.1", room.port(), 16 * 1024)) {
            slow.shakeHands("/");
            InProcessServer.expectPair(sender, slow);
            long accepted = sendUntilStuck(sender);
            assertThat(accepted)
                    .as("bytes taken for a partner that reads nothing")
                    .isLessThan(24L * MIB);
            assertThat(sender.readText()).isEqualTo(InProcessServer.LEFT);
            sender.send(frame(PING, "goes on"));
            assertThat(sender.read())
                    .matches(each -> each.first() == PONG && each.text().equals("goes on"));
            sender.send(RawClient.close(1000, ""));
            assertThat(sender.readAll()).hasSize(1);
        }
        InProcessServer.Record record = room.record();
        record.assertConsistent();
        record.assertEnded(2, "slow", 1006);
        record.assertEnded(1, "close", 1000);
    }

    /**
     * Sends frames until the server takes no more for a while; returns how many bytes it took. Ends at the end of a
     * frame.
     */
    private static long sendUntilStuck(RawClient sender) throws IOException {
        byte[] frame = frame(TEXT, "x".repeat(50_000));
        long taken = 0;
        int at = 0;
        long progress = System.nanoTime();
        while (System.nanoTime() - progress < TimeUnit.MILLISECONDS.toNanos(400) && taken < 100L * MIB) {
            int count = sender.sendWhatFits(Arrays.copyOfRange(frame, at, frame.length));
            if (count > 0) {
                progress = System.nanoTime();
                taken += count;
                at = (at + count) % frame.length;
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
        try {
            sender.send(at == 0 ? new byte[0] : Arrays.copyOfRange(frame, at, frame.length));
        } catch (IOException e) {
            // Closed already, which the caller will see.
        }
        return taken;
    }

    private static void slowEcho() throws Exception {
        InProcessServer room = room("SEND_TIMEOUT", "1s", "MAX_BYTES_PER_SECOND", "1G");
        try (room;
                RawClient client = RawClient.connect("127.0.0.1", room.port(), 16 * 1024)) {
            client.shakeHands("/echo");
            assertThat(sendUntilStuck(client))
                    .as("bytes taken from a client that reads nothing")
                    .isLessThan(24L * MIB);
            room.awaitEnd(1);
        }
        room.record().assertEnded(1, "slow", 1006);
    }

    private static void drip() throws Exception {
        InProcessServer room = room("MESSAGE_TIMEOUT", "1s");
        try (room;
                RawClient client = room.enter()) {
            dripUntilClosed(client, new byte[0]);
        }
        room.record().assertEnded(1, "timeout", 1006);
    }

    private static void dripWithPings() throws Exception {
        InProcessServer room = room("MESSAGE_TIMEOUT", "1s");
        try (room;
                RawClient client = room.enter()) {
            client.send(frame(0x01, "begun"));
            dripUntilClosed(client, frame(PONG, "alive"));
        }
        room.record().assertEnded(1, "timeout", 1006);
    }

    /** One octet, or one control frame, each 50 ms. */
    private static void dripUntilClosed(RawClient client, byte[] control) throws IOException {
        byte[] frame = frame(TEXT, "x".repeat(1000));
        client.patience(50);
        int at = 0;
        while (true) {
            assertThat(at).as("octets dripped").isLessThan(200);
            try {
                client.send(control.length > 0 ? control : Arrays.copyOfRange(frame, at, at + 1));
                at++;
                Frame got = client.read();
                assertThat(got).isNotNull();
                assertThat(got.closeCode()).isEqualTo(1008);
                return;
            } catch (java.net.SocketTimeoutException e) {
                // Not yet.
            }
        }
    }

    /** Each packet ends inside a frame, as it does when a client sends as fast as it can. */
    private static void alwaysInside() throws Exception {
        InProcessServer room = room("MESSAGE_TIMEOUT", "500ms");
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            byte[] frame = frame(TEXT, "x".repeat(100));
            byte[] shifted = new byte[frame.length];
            System.arraycopy(frame, 50, shifted, 0, frame.length - 50);
            System.arraycopy(frame, 0, shifted, frame.length - 50, 50);
            one.send(Arrays.copyOf(frame, 50));
            for (int i = 0; i < 60; i++) {
                one.send(shifted);
                assertThat(other.readText()).isEqualTo(InProcessServer.chat("x".repeat(100)));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            one.send(Arrays.copyOfRange(frame, 50, frame.length));
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("x".repeat(100)));
        }
    }

    private static byte[] many(byte[] frame, int count) {
        byte[] many = new byte[frame.length * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(frame, 0, many, i * frame.length, frame.length);
        }
        return many;
    }

    /** Sends for as long as the server takes it; counts nothing. */
    private static void sendForever(RawClient client, byte[] bytes) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    client.send(bytes);
                }
            } catch (IOException e) {
                // The server has closed the connection.
            }
        });
    }

    private static void flood() throws Exception {
        InProcessServer room = room("MAX_MESSAGES_PER_SECOND", "1000", "FLOOD_TIMEOUT", "2s");
        int heard = 0;
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            sendForever(one, many(frame(TEXT, "flood"), 200));
            for (Frame each = other.read(); !each.text().equals(InProcessServer.LEFT); each = other.read()) {
                heard++;
            }
            assertThat(one.readAll()).anyMatch(each -> each.first() == RawClient.CLOSE && each.closeCode() == 1008);
        }
        // A second's worth at once, 1000 more a second, and what one read may hold.
        assertThat(heard).isBetween(2000, 1000 + 3 * 1000 + 2 * 65_536 / 11);
        InProcessServer.Record record = room.record();
        record.assertConsistent();
        record.assertEnded(1, "flood", 1008);
        assertThat(record.of("Message Relay")).hasSize(heard);
    }

    private static void floodOfBytes() throws Exception {
        InProcessServer room = room("MAX_BYTES_PER_SECOND", "100K", "FLOOD_TIMEOUT", "1s");
        try (room;
                RawClient one = room.enter()) {
            sendForever(one, many(frame(TEXT, "x".repeat(5000)), 20));
            room.awaitEnd(1);
        }
        room.record().assertEnded(1, "flood", 1008);
    }

    private static void floodOfPings() throws Exception {
        InProcessServer room = room("MAX_MESSAGES_PER_SECOND", "1000", "FLOOD_TIMEOUT", "1s");
        try (room;
                RawClient one = room.enter()) {
            sendForever(one, many(frame(PONG, ""), 1000));
            room.awaitEnd(1);
        }
        room.record().assertEnded(1, "flood", 1008);
    }

    private static void burst() throws Exception {
        InProcessServer room = room("MAX_MESSAGES_PER_SECOND", "1000", "FLOOD_TIMEOUT", "10s");
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            long start = System.nanoTime();
            one.send(many(frame(TEXT, "burst"), 20_000 / 8));
            for (int i = 0; i < 20_000 / 8; i++) {
                assertThat(other.readText()).isEqualTo(InProcessServer.chat("burst"));
            }
            one.send(frame(PING, "done"));
            assertThat(one.read().text()).isEqualTo("done");
            assertThat(System.nanoTime() - start).as("slowed down").isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1000));
        }
    }

    private static void slowedAndAlive() throws Exception {
        InProcessServer room = room(
                "MAX_BYTES_PER_SECOND", "1K", "FLOOD_TIMEOUT", "1h", "PING_INTERVAL", "500ms", "PONG_TIMEOUT", "500ms");
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            one.send(many(frame(TEXT, "x".repeat(994)), 6));
            for (int i = 0; i < 6; i++) {
                assertThat(other.readText()).isEqualTo(InProcessServer.chat("x".repeat(994)));
            }
            // It is read again in five seconds; until then the server cannot hear a pong.
            one.sendText("patient");
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("patient"));
        }
        room.record().assertConsistent();
    }

    private static void starving() throws Exception {
        InProcessServer room =
                room("MAX_MESSAGES_PER_SECOND", "10000000", "MAX_BYTES_PER_SECOND", "64G", "IO_THREADS", "1");
        AtomicBoolean over = new AtomicBoolean();
        try (room;
                RawClient flooding = room.enter();
                RawClient flooded = room.enter();
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(flooding, flooded);
            InProcessServer.expectPair(one, other);
            sendForever(flooding, many(frame(TEXT, "x".repeat(300)), 300));
            Thread reading = Thread.ofPlatform().daemon().start(() -> readUntil(flooded, over));
            long longest = 0;
            for (int i = 0; i < 100; i++) {
                long start = System.nanoTime();
                one.sendText("ping");
                assertThat(other.readText()).isEqualTo(InProcessServer.chat("ping"));
                other.sendText("pong");
                assertThat(one.readText()).isEqualTo(InProcessServer.chat("pong"));
                longest = Math.max(longest, System.nanoTime() - start);
            }
            over.set(true);
            reading.join();
            assertThat(longest).as("nanoseconds there and back beside a flood").isLessThan(TimeUnit.SECONDS.toNanos(2));
        }
    }

    private static void readUntil(RawClient client, AtomicBoolean over) {
        try {
            while (!over.get() && client.read() != null) {
                // Keeps the flood going.
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
