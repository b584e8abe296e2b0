package loomchat.loadtest.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loomchat.loadtest.dashboard.Dashboard;
import loomchat.loadtest.dashboard.PageFiles;
import loomchat.loadtest.dashboard.RunView;
import loomchat.loadtest.history.Regression;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.UsageError;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The folder of one run. The tick appends to the timeline and to the histogram log while the run goes on; the rest
 * is written at its end. Main thread only. What cannot be written, as on a full disk, is named at the end: the run goes
 * on without it.
 */
final class ResultFolder implements Run.TickListener, AutoCloseable {
    static final String SUMMARY = "summary.json";
    static final String TIMELINE = "timeline.csv";
    static final String LOG = "latency.hlog";
    static final String REPORT = "report.html";
    static final String SIDES = "sides.csv";
    /** The percentile files have milliseconds. */
    static final double NANOS_PER_MILLI = 1e6;

    private static final int TICKS_PER_HALF_DISTANCE = 5;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final BufferedWriter timeline;
    private final PrintStream logFile;
    private final HistogramLogWriter log;
    private boolean discarded;
    /** Files that could not be written whole, with the last reason. */
    private final Set<String> missing = new LinkedHashSet<>();

    private String reason = "";

    private ResultFolder(Path folder) throws IOException {
        this.folder = folder;
        timeline = Files.newBufferedWriter(folder.resolve(TIMELINE));
        timeline.write(TimelineColumn.HEADER + "\n");
        logFile = new PrintStream(Files.newOutputStream(folder.resolve(LOG)), false, StandardCharsets.UTF_8);
        log = new HistogramLogWriter(logFile);
    }

    /** Now, as the names of folders begin: they sort by it. */
    static String timeNow() {
        return TIME.format(Instant.now());
    }

    /** Makes {@code parent/name}, with a number behind it if that is taken. */
    static ResultFolder in(Path parent, String name) {
        try {
            Files.createDirectories(parent);
            return new ResultFolder(unused(parent, name));
        } catch (IOException e) {
            throw UsageError.notAllowed("RESULTS", parent, "a folder that can be written (" + reason(e) + ")");
        }
    }

    private static Path unused(Path parent, String name) throws IOException {
        for (int i = 1; ; i++) {
            try {
                return Files.createDirectory(parent.resolve(i == 1 ? name : name + "-" + i));
            } catch (FileAlreadyExistsException e) {
                if (i == 1000) {
                    throw e;
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    void begin(long startMillis, String scenario) {
        log.outputComment("[" + scenario + "; values in nanoseconds, maxima in milliseconds]");
        log.outputLogFormatVersion();
        log.outputStartTime(startMillis);
        log.setBaseTime(startMillis);
        log.outputLegend();
    }

    private interface Write {
        void write() throws IOException;
    }

    private void attempt(String file, Write write) {
        try {
            write.write();
        } catch (IOException e) {
            missing.add(file);
            reason = reason(e);
        }
    }

    /** Without the path, which is known, and the name of a class. */
    private static String reason(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException there -> "a file of that name is there";
            case AccessDeniedException denied -> "access denied";
            case FileSystemException of when of.getReason() != null -> of.getReason();
            default -> e.getMessage();
        };
    }

    /** Which files are missing or not whole, and why; empty when all is there. */
    String missing() {
        return missing.isEmpty() ? "" : String.join(", ", missing) + ": " + reason;
    }

    @Override
    public void tick(TimelineRow row, Map<LatencyKind, Histogram> latencies, long fromMillis, long toMillis) {
        if (!missing.contains(TIMELINE)) {
            attempt(TIMELINE, () -> {
                timeline.write(row.csv() + "\n");
                timeline.flush();
            });
        }
        for (LatencyKind each : LatencyKind.EACH_TICK) {
            write(each.tag(), latencies.get(each), fromMillis, toMillis);
        }
        checkLog();
    }

    private void checkLog() {
        if (logFile.checkError()) {
            attempt(LOG, () -> {
                throw new IOException("it cannot be written");
            });
        }
    }

    private void write(String tag, Histogram histogram, long fromMillis, long toMillis) {
        if (histogram.getTotalCount() > 0) {
            histogram.setTag(tag);
            histogram.setStartTimeStamp(fromMillis);
            histogram.setEndTimeStamp(toMillis);
            log.outputIntervalHistogram(histogram);
        }
    }

    /** Writes merged measurements: each kind as one interval. */
    void whole(Measurements m) {
        attempt(TIMELINE, () -> {
            for (TimelineRow each : m.timeline()) {
                timeline.write(each.csv() + "\n");
            }
        });
        LatencyKind.EACH_TICK.forEach(each -> write(each.tag(), m.latency(each), m.run()));
    }

    private void write(String tag, Histogram histogram, Measurements.RunInfo run) {
        write(tag, histogram, run.startMillis(), run.startMillis() + Math.round(1000 * run.sendSeconds()));
    }

    /** Writes the search's curve, and the best step, or the first if none passed. */
    Summary endSearch(Scenario scenario, CapacitySearch.Outcome outcome, String text) {
        attempt("capacity.txt", () -> Files.writeString(folder.resolve("capacity.txt"), text.strip() + "\n"));
        StringBuilder csv = new StringBuilder("value,sent_per_s,delivered_per_s,p50_ms,p99_ms,p999_ms,max_ms,result\n");
        for (CapacitySearch.Point each : outcome.points()) {
            Measurements m = each.summary().measurements();
            csv.append("%d,%.1f,%.1f,%s,%s,%s,%s,%s\n"
                    .formatted(
                            each.value(),
                            each.rate(scenario, "sent"),
                            each.rate(scenario, "delivered"),
                            TimelineColumn.millis(m.latency(LatencyKind.INTENDED, 50)),
                            TimelineColumn.millis(m.latency(LatencyKind.INTENDED, 99)),
                            TimelineColumn.millis(m.latency(LatencyKind.INTENDED, 99.9)),
                            TimelineColumn.millis(
                                    m.latency(LatencyKind.INTENDED).getMaxValue()),
                            each.summary().result()));
        }
        attempt("capacity.csv", () -> Files.writeString(folder.resolve("capacity.csv"), csv));
        Summary summary = outcome.bestPoint().summary();
        List<String> notes = new ArrayList<>(summary.notes());
        notes.add(text.lines().reduce("", (before, line) -> line).strip());
        Summary told = summary.found(CapacitySearch.found(scenario, outcome), notes);
        begin(summary.measurements().run().startMillis(), scenario.name());
        whole(summary.measurements());
        end(told);
        return told;
    }

    /** Writes what is known only at the end of the run. */
    void end(Summary summary) {
        Measurements m = summary.measurements();
        LatencyKind.AT_THE_END.forEach(each -> write(each.tag(), m.latency(each), m.run()));
        m.latencies().personasByTag().forEach((tag, histogram) -> write(tag, histogram, m.run()));
        checkLog();
        percentiles("latency.hgrm", m.latency(LatencyKind.INTENDED));
        percentiles("latency-actual.hgrm", m.latency(LatencyKind.ACTUAL));
        attempt(SUMMARY, () -> write(SummaryJson.of(summary, null, summary.exitCode())));
        attempt(
                "summary.txt",
                () -> Files.writeString(
                        folder.resolve("summary.txt"), SummaryText.of(summary).strip() + "\n"));
        attempt(REPORT, () -> Files.write(folder.resolve(REPORT), PageFiles.report(SummaryView.of(summary, null))));
    }

    /** Replaces the summary, or leaves it as it is. */
    private void write(String summary) throws IOException {
        Path whole = folder.resolve(SUMMARY + ".tmp");
        try {
            Files.move(Files.writeString(whole, summary), folder.resolve(SUMMARY), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(whole);
            throw e;
        }
    }

    /**
     * Writes page and summary once more with what the run was set beside, or null. Shows it on the live page, if there
     * is one, and waits a moment for those who look at it. Returns the exit code, which is another one where a run that
     * passed has not all of its results, and says then what is missing.
     */
    int end(Summary summary, Regression regression, int exitCode, Dashboard dashboard, PrintStream out) {
        attempt(SUMMARY, () -> write(SummaryJson.of(summary, regression, exitCode)));
        RunView view = SummaryView.of(summary, regression);
        byte[] report = PageFiles.report(view);
        attempt(REPORT, () -> Files.write(folder.resolve(REPORT), report));
        if (dashboard != null) {
            dashboard.end(view, report, folder.getFileName() + ".html");
        }
        if (missing.isEmpty()) {
            return exitCode;
        }
        out.println("NOT WRITTEN, or not whole: " + missing());
        return exitCode == ExitCode.PASSED ? ExitCode.GENERATOR_FAILED : exitCode;
    }

    private void percentiles(String name, Histogram histogram) {
        attempt(name, () -> percentiles(folder.resolve(name), histogram));
    }

    private static void percentiles(Path file, Histogram histogram) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            histogram.outputPercentileDistribution(out, TICKS_PER_HALF_DISTANCE, NANOS_PER_MILLI);
            if (out.checkError()) {
                throw new IOException("it cannot be written");
            }
        }
    }

    /** There was no run: {@link #close} leaves nothing behind. */
    void discard() {
        discarded = true;
    }

    @Override
    public void close() throws IOException {
        attempt(TIMELINE, timeline::close);
        logFile.close();
        if (discarded) {
            for (String each : List.of(TIMELINE, LOG, SIDES)) {
                Files.deleteIfExists(folder.resolve(each));
            }
            Files.deleteIfExists(folder);
        }
    }
}
