package loomchat.report.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BucketSeriesTest {
    private static final long SECOND = 1000;

    @Test
    void moreBucketsThanAllowedMakeThemWiderAndKeepEveryValue() {
        CountSeries counts = new CountSeries(2, 1);
        GaugeSeries gauges = new GaugeSeries(2, 1);
        long most = 2L * BucketWidths.MOST;
        for (long second = 0; second < most; second++) {
            counts.add(second * SECOND, 0, 1, 1, second);
            gauges.add(second * SECOND, 1, second, SECOND);
        }
        assertThat(counts.seconds()).isEqualTo(5);
        assertThat(counts.rows()).isEqualTo(gauges.rows()).isEqualTo(BucketWidths.MOST * 2 / 5);
        long sum = 0;
        for (int row = 0; row < counts.rows(); row++) {
            long first = counts.startOf(row) / SECOND;
            assertThat(counts.sum(row, 0)).isEqualTo(5);
            sum += counts.sum(row, 1);
            assertThat(gauges.has(row, 0)).isFalse();
            assertThat(gauges.min(row, 1)).isEqualTo(first);
            assertThat(gauges.mean(row, 1)).isEqualTo(first + 2);
            assertThat(gauges.max(row, 1)).isEqualTo(first + 4);
        }
        assertThat(sum).isEqualTo(most * (most - 1) / 2);
    }

    @Test
    void mergedSeriesHaveTheWiderBucketsOfTheTwo() {
        CountSeries fine = new CountSeries(1, 1);
        CountSeries coarse = new CountSeries(1, 60);
        fine.add(59 * SECOND, 0, 1);
        fine.add(61 * SECOND, 0, 2);
        coarse.add(60 * SECOND, 0, 10);
        fine.merge(coarse);
        assertThat(fine.seconds()).isEqualTo(60);
        assertThat(IntStream.of(fine.sorted()).mapToLong(fine::startOf)).containsExactly(0L, 60 * SECOND);
        assertThat(IntStream.of(fine.sorted()).mapToLong(row -> fine.sum(row, 0)))
                .containsExactly(1L, 12L);
        assertThat(fine.copy(3600).sum(0, 0)).isEqualTo(13);
        assertThat(fine.rows()).isEqualTo(2);
    }
}
