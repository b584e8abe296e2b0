package loomchat.ws.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we deflate for a peer with a small window can be read with that window, by an inflater that has no more. */
class SmallWindowTest {
    private final Compression compression = new Compression(4);

    private static byte[] deflated(MessageDeflater deflating, byte[] message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        deflating.deflate(message, 0, message.length, out::write);
        return out.toByteArray();
    }

    /** Words that come back after any number of octets, so that there is something to refer to at every distance. */
    private static byte[] message(Random random, int size) {
        byte[] message = new byte[size];
        for (int at = 0; at < size; ) {
            byte[] word = ("word-" + Integer.toString(random.nextInt(500), 36) + " ").getBytes();
            for (int i = 0; i < word.length && at < size; i++) {
                message[at++] = word[i];
            }
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
    void everyMessageIsReadWithTheWindowThatWasAgreed(int bits) throws IOException {
        long seed = System.nanoTime();
        System.out.println("SmallWindowTest seed " + seed);
        Random random = new Random(seed);
        int window = 1 << bits;
        for (boolean takeover : new boolean[] {true, false}) {
            MessageDeflater deflating = new MessageDeflater(compression, takeover, bits);
            StrictInflate strict = new StrictInflate(bits);
            for (int i = 0; i < 120; i++) {
                int size = switch (i % 6) {
                    case 0 -> 1 + random.nextInt(300);
                    case 1 -> 1 + random.nextInt(window);
                    case 2 -> window - 1 + random.nextInt(3);
                    case 3 -> 2 * window - 1 + random.nextInt(3);
                    default -> 1 + random.nextInt(Math.min(MessageDeflater.MOST_BYTES, 4 * window));
                };
                byte[] message = message(random, size);
                if (!takeover) {
                    strict.reset();
                }
                assertThat(strict.inflate(deflated(deflating, message)))
                        .as("message %d of %d octets, %d bits, takeover %s, seed %d", i, size, bits, takeover, seed)
                        .isEqualTo(message);
            }
            assertThat(strict.furthest()).as("furthest distance").isGreaterThan(window / 2);
            deflating.release();
        }
    }

    /** With takeover, short messages refer to those before: the window is used, not only kept to. */
    @Test
    void aContextIsKeptWithinTheWindow() throws IOException {
        MessageDeflater deflating = new MessageDeflater(compression, true, 12);
        byte[] message = message(new Random(7), 400);
        int first = deflated(deflating, message).length;
        assertThat(deflated(deflating, message).length).isLessThan(first / 4);
        deflating.release();
    }

    /** The reference does fail where a distance is too long: that of the JDK's own window. */
    @Test
    void theReferenceRefusesALargerWindow() throws IOException {
        byte[] random = new byte[9000];
        new Random(1).nextBytes(random);
        byte[] twice = Arrays.copyOf(random, 18_000);
        System.arraycopy(random, 0, twice, 9000, 9000);
        byte[] payload = deflated(new MessageDeflater(compression, false, 15), twice);
        assertThat(new StrictInflate(14).inflate(payload)).isEqualTo(twice);
        assertThatExceptionOfType(StrictInflate.Invalid.class)
                .isThrownBy(() -> new StrictInflate(13).inflate(payload))
                .withMessageContaining("a distance of 9000");
    }

    @Test
    void theReferenceReadsEveryLevelOfTheJdk() {
        byte[] message = message(new Random(3), 50_000);
        for (int level = 0; level <= 9; level++) {
            Deflater deflater = new Deflater(level, true);
            deflater.setInput(message);
            byte[] out = new byte[100_000];
            int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            deflater.end();
            assertThat(new StrictInflate(15).inflate(Arrays.copyOf(out, size))).isEqualTo(message);
        }
    }
}
