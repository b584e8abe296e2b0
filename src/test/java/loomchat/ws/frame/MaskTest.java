package loomchat.ws.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Masking against the one-line definition of RFC 6455, 5.3, at every length, offset and phase. */
class MaskTest {
    @Test
    void masksEachOctetWithItsKeyOctet() {
        long seed = System.nanoTime();
        System.out.println("MaskTest seed " + seed);
        Random random = new Random(seed);
        for (int length = 0; length < 70; length++) {
            for (int offset = 0; offset < 9; offset++) {
                for (int phase = 0; phase < 9; phase++) {
                    check(random, offset, length, phase, random.nextInt(5) == 0 ? 0 : random.nextInt());
                }
            }
        }
    }

    private static void check(Random random, int offset, int length, int phase, int key) {
        byte[] bytes = new byte[offset + length + 9];
        random.nextBytes(bytes);
        byte[] expected = bytes.clone();
        for (int i = 0; i < length; i++) {
            expected[offset + i] ^= (byte) (key >>> 24 - 8 * ((phase + i) % 4));
        }
        Mask.apply(bytes, offset, length, key, phase);
        assertThat(bytes)
                .as("length %d offset %d phase %d", length, offset, phase)
                .isEqualTo(expected);
    }
}
