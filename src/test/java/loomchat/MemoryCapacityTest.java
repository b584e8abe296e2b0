package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a small memory carries, and who hears of it. */
class MemoryCapacityTest {
    private static final long MB = 1 << 20;
    private static final MemoryCapacity SMALL = new MemoryCapacity(256 * MB, 128 * MB);

    /** The first column is the container's limit, the second the heap that the image's flags give it. */
    @ParameterizedTest
    @CsvSource({"64, 32, 100", "128, 64, 819", "256, 128, 12288", "512, 256, 26624", "2048, 1024, 112640"})
    void aLargerMemoryCarriesMore(long memoryMb, long heapMb, int connections) {
        assertThat(new MemoryCapacity(memoryMb * MB, heapMb * MB).connections()).isEqualTo(connections);
    }

    @Test
    void theSmallerOfHeapAndMemoryDecides() {
        int both = SMALL.connections();
        assertThat(new MemoryCapacity(1024 * MB, 128 * MB).connections()).isEqualTo(both);
        assertThat(new MemoryCapacity(256 * MB, 1024 * MB).connections()).isBetween(both, both * 5 / 4);
        assertThat(new MemoryCapacity(150 * MB, 128 * MB).connections()).isLessThan(both / 2);
        assertThat(new MemoryCapacity(MB, MB).connections()).isEqualTo(MemoryCapacity.LEAST);
    }

    @Test
    void theDefaultIsWhatFits() {
        Settings config = Settings.from(Map.of(), new MemoryCapacity(130 * MB, 50 * MB));
        assertThat(config.maxConnections()).isEqualTo(new MemoryCapacity(130 * MB, 50 * MB).connections());
        assertThat(config.identity().mostGuests()).isEqualTo(config.maxConnections());
        assertThat(config.notices()).isEmpty();
        assertThat(config.changed()).isEmpty();
    }

    @Test
    void aLargeMemoryChangesNothing() {
        long huge = 1L << 50;
        int most = Settings.from(Map.of(), new MemoryCapacity(huge, huge)).maxConnections();
        Settings config =
                Settings.from(Map.of("MAX_CONNECTIONS", Integer.toString(most)), new MemoryCapacity(huge, huge));
        assertThat(config.notices()).isEmpty();
    }

    @Test
    void moreThanFitsIsTakenWithALine() {
        MemoryCapacity tiny = new MemoryCapacity(121 * MB, 40 * MB);
        Settings config = Settings.from(Map.of("MAX_CONNECTIONS", "103"), tiny);
        assertThat(config.maxConnections()).isEqualTo(103);
        assertThat(config.notices())
                .singleElement()
                .asString()
                .startsWith(
                        "MAX_CONNECTIONS=103 does not fit into the memory here (121 MB, of which the heap may take 40 MB)")
                .contains("about 102 do")
                .doesNotContain("\n");
        assertThat(Settings.from(Map.of("MAX_CONNECTIONS", "102"), tiny).notices())
                .isEmpty();
    }

    @Test
    void tooLittleForTheServerItselfIsSaid() {
        assertThat(Settings.from(Map.of(), new MemoryCapacity(64 * MB, 32 * MB)).notices())
                .singleElement()
                .asString()
                .startsWith("The memory here, 64 MB, is less than the server needs for itself")
                .doesNotContain("\n");
    }
}
