package loomchat.chat;

import static loomchat.testing.RawClient.RSV1;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client whose input inflates a thousandfold is held to its byte rate by what comes out, and harms nobody. */
class CompressionBombTest {
    private static final int MIB = 1 << 20;
    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

    @TempDir
    Path dir;

    /** A text of a mebibyte, in about a thousand bytes. */
    static byte[] bomb() {
        byte[] text = new byte[MIB];
        Arrays.fill(text, (byte) 'a');
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(text);
        byte[] out = new byte[10_000];
        int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return frame(TEXT | RSV1, Arrays.copyOf(out, size - 4));
    }

    @Test
    @Timeout(60)
    void aBombIsSlowedAndClosedAndOthersHearEverything() throws Exception {
        InProcessServer room = InProcessServer.open(
                dir, "COMPRESSION", "true", "IO_THREADS", "1", "MAX_BYTES_PER_SECOND", "8M", "FLOOD_TIMEOUT", "2s");
        AtomicInteger exploded = new AtomicInteger();
        double seconds;
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter();
                RawClient bomber = RawClient.connect(room.port());
                RawClient target = RawClient.connect(room.port())) {
            InProcessServer.expectPair(one, other);
            bomber.shakeHands("/", DEFLATE + "; client_no_context_takeover");
            target.shakeHands("/");
            InProcessServer.expectPair(bomber, target);
            long start = System.nanoTime();
            Thread sending = Thread.ofPlatform().daemon().start(() -> sendForever(bomber));
            Thread reading = Thread.ofPlatform().daemon().start(() -> count(target, exploded));
            int said = 0;
            while (reading.isAlive()) {
                String text = "said " + said++;
                one.sendText(text);
                assertThat(other.readText()).isEqualTo(InProcessServer.chat(text));
                other.sendText(text);
                assertThat(one.readText()).isEqualTo(InProcessServer.chat(text));
            }
            seconds = (System.nanoTime() - start) / 1e9;
            sending.join();
            assertThat(said).as("messages heard beside the bomb").isGreaterThan(100);
        }
        // A second's worth at once, eight a second until the close, which is due after two seconds over the limit and
        // comes later on busy cores, and some that were over it when they came.
        assertThat(exploded.get()).as("messages of a mebibyte").isBetween(8, 8 + (int) Math.ceil(seconds) * 8 + 8);
        InProcessServer.Record record = room.record();
        record.assertConsistent();
        record.assertEnded(3, "flood", 1008);
    }

    private static void sendForever(RawClient client) {
        byte[] bomb = bomb();
        try {
            while (true) {
                client.send(bomb);
            }
        } catch (IOException e) {
            // The server has closed the connection.
        }
    }

    /** Until the partner is gone. */
    private static void count(RawClient client, AtomicInteger messages) {
        try {
            for (Frame each = client.read();
                    each != null && !each.text().equals(InProcessServer.LEFT);
                    each = client.read()) {
                messages.incrementAndGet();
            }
        } catch (IOException e) {
            // The test counts what came.
        }
    }
}
