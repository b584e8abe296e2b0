package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Arrays for large messages are used again, and are never shorter than what was asked for. */
class BufferPoolsTest {
    @Test
    void aLargeArrayIsUsedAgain() {
        byte[] large = BufferPools.takeForMessage(300_000);
        assertThat(large).hasSize(512 * 1024);
        BufferPools.giveBack(large);
        assertThat(BufferPools.takeForMessage(400_000)).isSameAs(large);
    }

    @Test
    void everySizeIsLongEnoughAndIsTheOneThatWasAnnounced() {
        for (int bytes : new int[] {1, 4096, 32_768, 32_769, 65_536, 65_537, 1 << 20, (1 << 20) + 1, 3 << 20}) {
            byte[] taken = BufferPools.takeForMessage(bytes);
            assertThat(taken.length)
                    .isGreaterThanOrEqualTo(bytes)
                    .isLessThanOrEqualTo(Math.max(bytes, Math.max(65_536, 2 * bytes - 2)))
                    .isEqualTo(BufferPools.sizeForMessage(bytes));
            BufferPools.giveBack(taken);
        }
    }

    @Test
    void arraysOfOtherSizesAreNotKept() {
        byte[] other = new byte[100_000];
        BufferPools.giveBack(other);
        assertThat(BufferPools.takeForMessage(100_000)).hasSize(131_072);
        BufferPools.giveBack(new byte[0]);
    }
}
