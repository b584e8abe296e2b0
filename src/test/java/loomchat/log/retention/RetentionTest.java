package loomchat.log.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import loomchat.log.Event;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.log.OpenLog;
import loomchat.log.files.Disk;
import loomchat.log.files.LogFileNames;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is removed when the record takes too much, and what never is. */
@Timeout(60)
class RetentionTest {
    private static final int KIB = 1 << 10;

    @TempDir
    Path dir;

    /** A disk of so many bytes, of which others use some and the log folder what lies in it. */
    private final class SmallDisk implements Disk {
        final long total;
        volatile long usedByOthers;

        SmallDisk(long total) {
            this.total = total;
        }

        @Override
        public FileChannel openForAppend(Path file) throws IOException {
            return REAL.openForAppend(file);
        }

        @Override
        public Space space(Path folder) throws IOException {
            return new Space(total, Math.max(0, total - usedByOthers - bytes()));
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (String each : names()) {
            Path file = dir.resolve(each);
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        return bytes;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private void files(int kib, String... names) throws IOException {
        for (String each : names) {
            Files.write(dir.resolve(each), new byte[kib * KIB]);
        }
    }

    private static String stamp(int day) {
        return "202611%02dT000000000Z".formatted(day);
    }

    private static String segment(int day) {
        return "chat-logs-" + stamp(day) + ".jsonl";
    }

    private static String samples(int day) {
        return "bandwidth-" + stamp(day) + ".jsonl";
    }

    private static String rollup(int day) {
        return "chat-logs-" + stamp(day) + ".rollup.json";
    }

    private static String samplesRollup(int day) {
        return "bandwidth-" + stamp(day) + ".rollup.json";
    }

    /** Without a rollup, all is. */
    private static String gone(int day) {
        return "chat-logs.gone-" + stamp(day);
    }

    private static String torn(int day) {
        return "chat-logs.torn-" + stamp(day) + ".bin";
    }

    private void keep(long retainBytes, Disk disk) throws IOException {
        keep(retainBytes, disk, segment -> {});
    }

    private void keep(long retainBytes, Disk disk, SegmentListener listener) throws IOException {
        new Retention(dir, retainBytes, disk, listener).removeOldest();
    }

    @Test
    void rollupsAndSideFilesCountTowardsALimit() throws IOException {
        files(10, "chat-logs.jsonl", "bandwidth.jsonl", segment(1), segment(2), rollup(1), torn(1));
        keep(61 * KIB, Disk.REAL);
        assertThat(names()).hasSize(6);
        keep(60 * KIB, Disk.REAL);
        assertThat(names()).hasSize(6);
        keep(59 * KIB, Disk.REAL);
        assertThat(names()).hasSize(5).doesNotContain(segment(1));
    }

    @Test
    void segmentsOfBothKindsGoByAgeThenSideFilesAndTheRestStays() throws IOException {
        files(10, segment(1), samples(2), segment(3), torn(1), torn(2), "chat-logs.jsonl", "bandwidth.jsonl");
        files(1, rollup(1), samplesRollup(2), rollup(3));
        files(50, "notes.txt", "chat-logs-2025.jsonl");
        keep(63 * KIB, Disk.REAL);
        assertThat(names()).doesNotContain(segment(1)).contains(samples(2));
        keep(53 * KIB, Disk.REAL);
        assertThat(names()).doesNotContain(samples(2)).contains(segment(3));
        keep(41 * KIB, Disk.REAL);
        assertThat(names()).doesNotContain(segment(3), torn(1)).contains(torn(2));
        keep(25 * KIB, Disk.REAL);
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "bandwidth.jsonl",
                        "chat-logs-2025.jsonl",
                        "chat-logs.jsonl",
                        "notes.txt",
                        rollup(3),
                        gone(1),
                        "bandwidth.gone-" + stamp(2));
    }

    @Test
    void rollupsOfWhatIsGoneHaveABoundOfTheirOwn() throws IOException {
        files(10, rollup(1), rollup(2), rollup(3), rollup(4), segment(1));
        SmallDisk disk = new SmallDisk(600 * KIB);
        keep(LogOptions.FOLLOW_DISK, disk);
        assertThat(names()).as("while the disk has room").hasSize(5);
        disk.usedByOthers = 560 * KIB;
        keep(LogOptions.FOLLOW_DISK, disk);
        assertThat(names())
                .as("a twentieth of the disk; the oldest is of a segment that was there")
                .containsExactly(rollup(1), rollup(3), rollup(4), gone(2));
        SmallDisk smaller = new SmallDisk(200 * KIB);
        smaller.usedByOthers = 200 * KIB;
        keep(LogOptions.FOLLOW_DISK, smaller);
        assertThat(names()).as("the newest mark alone").containsExactly(rollup(4), gone(3));
    }

    @Test
    void theDiskIsFollowedWhoeverFillsIt() throws IOException {
        files(10, segment(1), segment(2), segment(3), "chat-logs.jsonl", "bandwidth.jsonl");
        SmallDisk disk = new SmallDisk(1000 * KIB);
        disk.usedByOthers = 850 * KIB;
        keep(LogOptions.FOLLOW_DISK, disk);
        assertThat(names()).hasSize(5);
        disk.usedByOthers = 865 * KIB;
        keep(LogOptions.FOLLOW_DISK, disk);
        assertThat(names()).containsExactly("bandwidth.jsonl", segment(3), gone(2), "chat-logs.jsonl");
        disk.usedByOthers = 1000 * KIB;
        keep(LogOptions.FOLLOW_DISK, disk);
        assertThat(names()).as("active files stay").containsExactly("bandwidth.jsonl", gone(3), "chat-logs.jsonl");
    }

    @Test
    void whereThereIsNoRoomForRollupsWhatHasOneMakesItFirst() throws IOException {
        files(10, segment(1), segment(2), segment(3));
        files(0, rollup(2));
        SmallDisk disk = new SmallDisk(200 * KIB);
        disk.usedByOthers = 170 * KIB;
        keep(LogOptions.FOLLOW_DISK, disk, segment -> {
            if (!Files.exists(dir.resolve(segment(2)))) {
                rollUp(segment);
            }
        });
        assertThat(names()).containsExactly(rollup(1), rollup(2), segment(3));
    }

    @Test
    void whatHasNoRollupGoesAllTheSame() throws IOException {
        files(10, segment(1), segment(2));
        keep(10 * KIB, Disk.REAL, segment -> {
            throw new IllegalStateException("broken on purpose");
        });
        assertThat(names()).containsExactly(segment(2), gone(1));
    }

    @Test
    void onASmallDiskSegmentsAreSmall() {
        assertThat(segmentBytes(1L << 40)).isEqualTo(LogOptions.DEFAULT_SEGMENT_BYTES);
        assertThat(segmentBytes(1L << 30)).isEqualTo((1L << 30) / 40);
        assertThat(segmentBytes(1L << 20)).isEqualTo(LogOptions.LEAST_SEGMENT_BYTES);
        assertThat(segmentBytes(0)).as("a file system that does not tell").isEqualTo(LogOptions.DEFAULT_SEGMENT_BYTES);
        Retention limited = new Retention(dir, 1 << 30, new SmallDisk(1 << 20), segment -> {});
        assertThat(limited.segmentBytes(1 << 30, LogOptions.LEAST_SEGMENT_BYTES))
                .isEqualTo(1 << 30);
    }

    private long segmentBytes(long disk) {
        return new Retention(dir, LogOptions.FOLLOW_DISK, new SmallDisk(disk), segment -> {})
                .segmentBytes(LogOptions.DEFAULT_SEGMENT_BYTES, LogOptions.LEAST_SEGMENT_BYTES);
    }

    @Test
    void aRunningLogIsKeptBelowNineTenthsAlsoWhenOthersFillTheDisk() throws Exception {
        SmallDisk disk = new SmallDisk(100 * 64 * KIB);
        EventLog log = OpenLog.onDisk(
                new LogOptions(dir, 1000, 1 << 28, LogOptions.FOLLOW_DISK, 256), RetentionTest::rollUp, disk);
        for (int i = 0; i < 20_000; i++) {
            log.record(new Event.MessageRelay(System.currentTimeMillis(), i, 1, 500));
        }
        await().until(() -> log.health().queued() == 0);
        int sealed = LogFileNames.oldestFirst(dir).size();
        assertThat(sealed).isGreaterThan(10);
        disk.usedByOthers = disk.total * 9 / 10 - bytes() / 2;
        await().until(() -> disk.space(dir).usable() >= disk.total / 10);
        log.close();
        assertThat(LogFileNames.oldestFirst(dir)).hasSizeBetween(1, sealed - 1);
        assertThat(LogFileNames.oldestRollupsFirst(dir)).hasSize(sealed);
        assertThat(new StrictLogReader(dir).events().getLast().getInt("seq")).isEqualTo(20_000);
    }

    private static void rollUp(Path segment) {
        try {
            Files.writeString(LogFileNames.rollup(segment), "{}");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
