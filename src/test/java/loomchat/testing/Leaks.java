package loomchat.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a process holds: descriptors, heap, and threads by name, virtual ones too. */
public final class Leaks {
    private static final Pattern NAME = Pattern.compile("^#\\d+ \"([^\"]*)\"", Pattern.MULTILINE);

    private Leaks() {}

    /** Threads of a server, or of its connections: loops, what runs on them, the reaper, the record's. */
    public static List<String> serverThreads() {
        return threads().stream()
                .filter(each -> each.matches("loop-.*|reaper|log-.*|sampler|.*event-log.*"))
                .sorted()
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<String> threads() {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path dump = folder.resolve("dump.txt");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
            String text = Files.readString(dump);
            Files.delete(dump);
            Files.delete(folder);
            return NAME.matcher(text).results().map(each -> each.group(1)).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    public static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Waits until no more files are open than {@code before} and no more of a server's threads run than then. */
    public static void awaitNoMoreThan(long filesBefore, List<String> threadsBefore) {
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    // The thread that keeps sealed files ends when it has nothing to do.
                    List<String> more = serverThreads();
                    threadsBefore.forEach(more::remove);
                    assertThat(more).as("threads that were not there before").isEmpty();
                    assertThat(openFiles()).as("open files").isLessThanOrEqualTo(filesBefore);
                });
    }
}
