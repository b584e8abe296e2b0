package loomchat.loadtest.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import loomchat.loadtest.scenario.PlainText;

/** What a run was played on. Times of two machines say nothing about each other. */
public record Machine(String cpu, int cores, String jdk, String os) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public static Machine here() {
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"));
    }

    /** The processor's name where Linux tells it, or its architecture. */
    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(each -> each.startsWith("model name"))
                    .map(each -> PlainText.of(each.substring(each.indexOf(':') + 1)))
                    .filter(each -> !each.isEmpty())
                    .findFirst()
                    .orElseGet(() -> System.getProperty("os.arch"));
        } catch (IOException | java.io.UncheckedIOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** In a few words. */
    String shown() {
        return cores + " × "
                + cpu.replaceAll("\\((R|TM|tm)\\)", "").replaceAll(" +", " ").replaceFirst(" ?@.*", "") + ", JDK "
                + jdk.replaceFirst("\\+.*", "");
    }
}
