package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.log.files.LogFileNames;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real file system of 20 MB that fills up under load. Mounting it takes root on Linux; elsewhere the test is skipped
 * with a line that says so, and {@link BadDiskTest} shows the same through a channel that fails on demand.
 */
@Timeout(120)
class FullDiskTest {
    private static final int PRODUCERS = 20;

    @TempDir
    Path top;

    @Test
    void everythingIsThereAndInOrderAfterTheDiskWasFull() throws Exception {
        Path disk = Files.createDirectory(top.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk.toString()),
                "SKIPPED: a 20 MB file system cannot be mounted here (it takes root); BadDiskTest covers this with a failing channel");
        try {
            fillAndFree(disk);
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    /** By default what anybody can make the server write does not end the chat, on however small a disk. */
    @Test
    void aLogThatFollowsItsDiskMakesRoomForItself() throws Exception {
        Path disk = Files.createDirectory(top.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()),
                "SKIPPED: an 8 MB file system cannot be mounted here (it takes root); RetentionTest covers this with a disk that says so");
        try {
            EventLog log = EventLog.open(LogOptions.in(disk), FullDiskTest::rollUp);
            long total = Files.getFileStore(disk).getTotalSpace();
            Thread producer = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 200_000; i++) {
                    log.record(new Event.MessageRelay(System.currentTimeMillis(), i, 1, 500));
                }
            });
            boolean done = producer.join(Duration.ofSeconds(30));
            String cause = log.health().cause();
            long unwritten = log.close(null);
            assertThat(done).as("everything could be recorded; %s", cause).isTrue();
            assertThat(unwritten).isZero();
            List<JsonObject> events = new StrictLogReader(disk).events();
            assertThat(events).as("what is left").hasSizeGreaterThan(30_000);
            assertThat(events.stream()
                            .filter(each -> each.containsKey("bytes"))
                            .toList()
                            .getLast()
                            .getInt("session"))
                    .isEqualTo(199_999);
            assertThat(Files.getFileStore(disk).getUsableSpace()).isGreaterThan(total / 20);
            assertThat(events.getLast().getInt("seq") - events.getFirst().getInt("seq"))
                    .isEqualTo(events.size() - 1);
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static void rollUp(Path segment) {
        try {
            Files.createFile(LogFileNames.rollup(segment));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void fillAndFree(Path disk) throws Exception {
        Path ballast = disk.resolve("ballast");
        try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer part = ByteBuffer.allocate(1 << 20);
            for (int i = 0; i < 15; i++) {
                channel.write(part.clear());
            }
        }
        EventLog log = EventLog.open(new LogOptions(disk, 100, 1 << 20, 0, 1 << 10));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong[] recorded = new AtomicLong[PRODUCERS];
        CountDownLatch done = new CountDownLatch(PRODUCERS);
        for (int i = 0; i < PRODUCERS; i++) {
            int session = i;
            AtomicLong count = recorded[i] = new AtomicLong();
            Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    log.record(new Event.MessageRelay(
                            System.currentTimeMillis(), session, 1, (int) count.getAndIncrement()));
                }
                done.countDown();
            });
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> log.health().queued() == 1 << 10 && !log.health().healthy());
        assertThat(log.health().cause()).isEqualTo("No space left on device");
        stop.set(true);
        Files.delete(ballast);
        assertThat(done.await(10, TimeUnit.SECONDS)).as("producers go on").isTrue();
        assertThat(log.close(new Event.ServerStopped(System.currentTimeMillis(), "test", 1)))
                .isZero();
        assertComplete(disk, recorded);
    }

    private static void assertComplete(Path disk, AtomicLong[] recorded) {
        List<JsonObject> events = new StrictLogReader(disk).events();
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        long[] next = new long[PRODUCERS];
        for (JsonObject event : events) {
            if (event.getString("event").equals("Message Relay")) {
                assertThat(event.getInt("bytes")).isEqualTo(next[event.getInt("session")]++);
            }
        }
        assertThat(next)
                .containsExactly(java.util.Arrays.stream(recorded)
                        .mapToLong(AtomicLong::get)
                        .toArray());
        assertThat(events.stream().map(each -> each.getString("event"))).contains("Log Recovered");
        assertThat(events.getLast().getString("event")).isEqualTo("Server Stopped");
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
