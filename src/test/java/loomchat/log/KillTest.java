package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.log.files.FolderLock;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that does nothing but record is killed; what it had recorded 50 ms before is in its files. */
@Timeout(120)
class KillTest {
    private static final int ROUNDS = 3;
    private static final long PROMISE_MILLIS = 50;

    @TempDir
    Path dir;

    @Test
    void aKillCostsTheLastMillisecondsOnly() throws Exception {
        long seed = System.nanoTime();
        System.out.println("KillTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 1; round <= ROUNDS; round++) {
            Recorder recorder = new Recorder(dir);
            long killedAfter = 200 + random.nextInt(300);
            long last = recorder.readFor(killedAfter);
            recorder.kill();
            EventLog.open(LogOptions.in(dir)).close();
            List<JsonObject> events = new StrictLogReader(dir).events();
            assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(round);
            assertThat(events.getLast().getInt("seq")).as("seed %d", seed).isGreaterThanOrEqualTo((int) last);
        }
    }

    @Test
    void aFolderThatAnotherProcessHoldsIsRefusedAndFreeOnceThatIsKilled() throws Exception {
        Recorder recorder = new Recorder(dir);
        try {
            recorder.readFor(1);
            assertThat(dir.resolve(FolderLock.NAME)).hasContent(Long.toString(recorder.pid()));
            assertThatThrownBy(() -> EventLog.open(LogOptions.in(dir)))
                    .isInstanceOf(LogUnavailable.class)
                    .hasMessage("LOG_DIR=" + dir + " is in use by the server with process id " + recorder.pid()
                            + ": stop it, or choose another folder");
        } finally {
            recorder.kill();
        }
        EventLog.open(LogOptions.in(dir)).close();
        assertThat(Files.size(dir.resolve(FolderLock.NAME))).isZero();
    }

    /** A JVM that runs {@link #main}. */
    private static final class Recorder {
        private final Process process;
        private final BufferedReader out;

        Recorder(Path dir) throws Exception {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KillTest.class.getName(),
                            dir.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        }

        long pid() {
            return process.pid();
        }

        /**
         * Reads for {@code millis} from the first line on; returns the last seq that was recorded
         * {@link #PROMISE_MILLIS} before, and as much longer as the machine did not let the process run at a time.
         */
        long readFor(long millis) throws Exception {
            List<long[]> lines = new ArrayList<>();
            long end = 0;
            while (true) {
                String[] line = out.readLine().split(" ");
                long now = System.currentTimeMillis();
                end = end == 0 ? now + millis : end;
                if (now >= end) {
                    return keptAt(end, lines);
                }
                lines.add(new long[] {Long.parseLong(line[0]), Long.parseLong(line[1])});
            }
        }

        private static long keptAt(long end, List<long[]> lines) {
            long stalled = 0;
            for (int i = 1; i < lines.size(); i++) {
                stalled = Math.max(stalled, lines.get(i)[1] - lines.get(i - 1)[1]);
            }
            long before = end - PROMISE_MILLIS - stalled;
            return lines.stream()
                    .filter(each -> each[1] <= before)
                    .mapToLong(each -> each[0])
                    .max()
                    .orElse(0);
        }

        void kill() throws Exception {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Records without end, and prints each tenth seq with the time at which its event was recorded. */
    public static void main(String[] args) throws Exception {
        EventLog log = EventLog.open(LogOptions.in(Path.of(args[0])));
        for (long seq = 1; ; seq++) {
            log.record(new Event.MessageRelay(System.currentTimeMillis(), 1, 1, 500));
            if (seq % 10 == 0) {
                System.out.println(seq + " " + System.currentTimeMillis());
                LockSupport.parkNanos(500_000);
            }
        }
    }
}
