package loomchat.loadtest.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import loomchat.loadtest.measure.LatencyRecorders;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.UsageError;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The folder of one run. The tick appends to the timeline and to the histogram log while the run goes on; the rest is written at its end.
 * Main thread only; a full disk ends the run.
 */
final class ResultFolder implements Run.TickListener, AutoCloseable {
    static final String SUMMARY = "summary.json";
    static final String TIMELINE = "timeline.csv";
    static final String LOG = "latency.hlog";
    static final String SIDES = "sides.csv";
    /** In the percentile files and the log, values are divided by this for people: milliseconds. */
    static final double NANOS_PER_MILLI = 1e6;

    private static final int TICKS_PER_HALF_DISTANCE = 5;

    private final Path folder;
    private final BufferedWriter timeline;
    private final PrintStream logFile;
    private final HistogramLogWriter log;

    private ResultFolder(Path folder) throws IOException {
        this.folder = folder;
        timeline = Files.newBufferedWriter(folder.resolve(TIMELINE));
        timeline.write(Timeline.Row.HEADER + "\n");
        logFile = new PrintStream(Files.newOutputStream(folder.resolve(LOG)), false, StandardCharsets.UTF_8);
        log = new HistogramLogWriter(logFile);
    }

    /** Makes {@code parent/name}, with a number behind it if that is taken. */
    static ResultFolder in(Path parent, String name) {
        try {
            Files.createDirectories(parent);
            return new ResultFolder(unused(parent, name));
        } catch (IOException e) {
            throw UsageError.notAllowed("RESULTS", parent, "a folder that can be written (" + e + ")");
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

    @Override
    public void tick(Timeline.Row row, LatencyRecorders.Interval latencies, long fromMillis, long toMillis)
            throws IOException {
        timeline.write(row.csv() + "\n");
        write("intended", latencies.intended(), fromMillis, toMillis);
        write("actual", latencies.actual(), fromMillis, toMillis);
        write("connect", latencies.connect(), fromMillis, toMillis);
        write("match", latencies.match(), fromMillis, toMillis);
        write("lateness", latencies.lateness(), fromMillis, toMillis);
        if (logFile.checkError()) {
            throw new IOException(LOG + " cannot be written");
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

    /** For measurements that were put together: the totals as one interval each. */
    void whole(Measurements m) throws IOException {
        for (Timeline.Row each : m.timeline()) {
            timeline.write(each.csv() + "\n");
        }
        long end = m.startMillis() + Math.round(1000 * m.sendSeconds());
        write("intended", m.intended(), m.startMillis(), end);
        write("actual", m.actual(), m.startMillis(), end);
        write("connect", m.connect(), m.startMillis(), end);
        write("match", m.match(), m.startMillis(), end);
        write("lateness", m.generator().lateness(), m.startMillis(), end);
    }

    /** The search's curve and the step that was best, or else the first. */
    void endSearch(Scenario scenario, CapacitySearch.Outcome outcome, String text) throws IOException {
        Files.writeString(folder.resolve("capacity.txt"), text.strip() + "\n");
        StringBuilder csv = new StringBuilder("value,delivered_per_s,p50_ms,p99_ms,p999_ms,max_ms,result\n");
        for (CapacitySearch.Point each : outcome.points()) {
            Measurements m = each.summary().measurements();
            csv.append("%d,%.1f,%s,%s,%s,%s,%s\n"
                    .formatted(
                            each.value(),
                            m.deliveredRate(),
                            Timeline.Row.ms(m.intended().getValueAtPercentile(50)),
                            Timeline.Row.ms(m.intended().getValueAtPercentile(99)),
                            Timeline.Row.ms(m.intended().getValueAtPercentile(99.9)),
                            Timeline.Row.ms(m.intended().getMaxValue()),
                            each.summary().result()));
        }
        Files.writeString(folder.resolve("capacity.csv"), csv);
        CapacitySearch.Point best = outcome.points().stream()
                .filter(each -> each.value() == outcome.best())
                .findFirst()
                .orElse(outcome.points().getFirst());
        Summary summary = best.summary();
        List<String> notes = new ArrayList<>(summary.notes());
        notes.add(text.lines().reduce("", (before, line) -> line).strip());
        Summary told = new Summary(summary.measurements(), summary.outcomes(), summary.reconciled(), null, notes);
        begin(summary.measurements().startMillis(), scenario.name());
        whole(summary.measurements());
        end(told);
    }

    /** What is only known at the end. */
    void end(Summary summary) throws IOException {
        Measurements m = summary.measurements();
        long end = m.startMillis() + Math.round(1000 * m.sendSeconds());
        write("toSlowReaders", m.toSlowReaders(), m.startMillis(), end);
        write("overResumes", m.overResumes(), m.startMillis(), end);
        write("lag", m.generator().lag(), m.startMillis(), end);
        m.byPersona().forEach((name, both) -> {
            write("persona." + name + ".intended", both[0], m.startMillis(), end);
            write("persona." + name + ".actual", both[1], m.startMillis(), end);
        });
        percentiles("latency.hgrm", m.intended());
        percentiles("latency-actual.hgrm", m.actual());
        Files.writeString(folder.resolve(SUMMARY), SummaryJson.of(summary));
        Files.writeString(folder.resolve("summary.txt"), summary.text().strip() + "\n");
        Files.writeString(folder.resolve("report.html"), HtmlReport.of(summary));
    }

    private void percentiles(String name, Histogram histogram) throws IOException {
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(folder.resolve(name)), false, StandardCharsets.UTF_8)) {
            histogram.outputPercentileDistribution(out, TICKS_PER_HALF_DISTANCE, NANOS_PER_MILLI);
            if (out.checkError()) {
                throw new IOException(name + " cannot be written");
            }
        }
    }

    @Override
    public void close() throws IOException {
        timeline.close();
        logFile.close();
    }
}
