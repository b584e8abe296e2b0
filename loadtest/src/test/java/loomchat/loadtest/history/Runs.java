package loomchat.loadtest.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import loomchat.loadtest.measure.TimelineColumn;

/** Folders of runs as the command writes them, an hour after each other. */
final class Runs {
    private static final Instant FIRST = Instant.parse("2026-11-30T08:00:00Z");

    private final Path results;
    private int number;

    // Of the next one
    String scenario = "classic";
    String target = "ws://localhost:3000/";
    String cpu = "A Processor";
    String result = "passed";
    String plays = "0123456789ab";
    String settings = "";
    double p50 = 1;
    double p99 = 10;
    double rate = 1000;
    double serverCpu = 20;
    double serverCpuSeconds = 12;
    long lost;
    boolean valid = true;
    boolean interrupted;
    /** How late the load generator was itself at p99, in milliseconds. */
    double late = 1;

    int length = 60;
    IntToDoubleFunction second = i -> 1 + 0.1 * (i % 3);

    Runs(Path results) {
        this.results = results;
    }

    /** Writes to the last one what the command writes of what it was set beside. */
    void told(Regression regression) throws IOException {
        Path summary = RunHistory.in(results).find("last").folder().resolve("summary.json");
        Files.writeString(
                summary, Files.readString(summary).replaceFirst("\\{", "{\"regression\": " + regression.json() + ", "));
    }

    /** Writes one more; returns its name. */
    String add() throws IOException {
        Instant start = FIRST.plusSeconds(3600L * number++);
        String name = start.toString().replaceAll("[-:Z]", "") + "-" + scenario;
        Path folder = Files.createDirectories(results.resolve(name));
        Files.writeString(folder.resolve("summary.json"), """
                {"scenario": "%s", "target": "%s", "start": "%s", "seconds": %d, "clients": 100, "seed": 1,
                 "result": "%s", "valid": %s, "interrupted": %s, "verdict": "%s", "plays": "%s", "settings": {%s},
                 "machine": {"cpu": "%s", "cores": 2, "jdk": "25.0.3", "os": "Linux 6"},
                 "deliveredPerSecond": %s, "intendedPerSecond": 1000,
                 "totals": {"sent": 60000, "delivered": 60000, "lost": %d},
                 "latencies": {"intended": {"p50": %s, "p99": %s}},
                 "serverProcess": {"cpuSeconds": %s, "cpuMicrosPerMessage": %s, "rssBytes": 100000000},
                 "generator": {"lateness": {"p50": 0.1, "p99": %s}, "lag": {"p50": 0.1, "p99": 1}}}
                """.formatted(
                        scenario,
                        target,
                        start,
                        length,
                        result,
                        valid,
                        interrupted,
                        result.toUpperCase(Locale.ROOT),
                        plays,
                        settings,
                        cpu,
                        rate,
                        lost,
                        p50,
                        p99,
                        serverCpuSeconds,
                        serverCpu,
                        late));
        StringBuilder timeline = new StringBuilder(TimelineColumn.HEADER + "\n");
        for (int i = 1; i <= length; i++) {
            double s = second.applyAsDouble(i);
            timeline.append("%d,1,100,100,%3$s,%3$s,1,0,0,0,%2$s,%4$s,%4$s,%4$s,%2$s,%4$s,,,1,1,10,0,1\n"
                    .formatted(i, s * p50, rate, s * p99));
        }
        Files.writeString(folder.resolve("timeline.csv"), timeline);
        return name;
    }
}
