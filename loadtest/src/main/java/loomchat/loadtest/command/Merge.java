package loomchat.loadtest.command;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import loomchat.loadtest.history.Regression;
import loomchat.loadtest.history.Share;
import loomchat.loadtest.history.Shares;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.Latencies;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.scenario.PlainText;
import loomchat.loadtest.scenario.Threshold;
import loomchat.loadtest.scenario.UsageError;
import loomchat.loadtest.verify.DeliveryLedger;
import loomchat.loadtest.verify.OpenSides;
import loomchat.loadtest.verify.OpenSidesFile;
import loomchat.loadtest.verify.Reconciliation;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/**
 * Merges the results of processes that played shares of one run: adds the counts, merges the histograms exactly,
 * and settles chats between two processes, now that both sides are known.
 */
final class Merge {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /** As an argument. */
    private static final Pattern SETTING = Pattern.compile("(?i)(--)?(RESULTS=.*|FAIL[_-]ON[_-]REGRESSION(=.*)?)");

    private final List<Path> folders;
    private final List<JsonObject> summaries = new ArrayList<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();
    private final Map<String, Long> totals = new LinkedHashMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<String, String> examples = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    private Merge(List<Path> folders) {
        this.folders = folders;
    }

    /** The command {@code stress merge}: writes a folder of its own. */
    static int run(List<String> arguments, Map<String, String> env, PrintStream out) throws IOException {
        Map<Boolean, List<String>> settingsOrNot = arguments.stream()
                .collect(Collectors.partitioningBy(each -> each.startsWith("-") || each.contains("=")));
        for (String each : settingsOrNot.get(true)) {
            if (!SETTING.matcher(each).matches()) {
                throw new UsageError(PlainText.of(each) + " is not for merge, which takes folders and RESULTS=folder:"
                        + " all else is as the shares were played");
            }
        }
        Map<String, String> ofAll = new HashMap<>(env);
        ofAll.remove("SHARE");
        StressOptions options = StressOptions.from(settingsOrNot.get(true), ofAll);
        Summary summary = of(settingsOrNot.get(false).stream().map(Path::of).toList());
        Measurements.RunInfo run = summary.measurements().run();
        ResultFolder results =
                ResultFolder.in(options.results(), ResultFolder.timeNow() + "-" + run.scenario() + "-merged");
        try (results) {
            results.begin(run.startMillis(), run.scenario());
            results.whole(summary.measurements());
            results.end(summary);
            out.print(SummaryText.of(summary));
            out.println("Results: " + results.folder());
            boolean whole = results.missing().isEmpty();
            Regression regression = whole ? PastRuns.regression(summary, results.folder(), options) : null;
            out.print(regression == null ? "" : regression.text());
            return results.end(summary, regression, PastRuns.exitCode(summary, regression, options), null, out);
        }
    }

    static Summary of(List<Path> folders) throws IOException {
        if (folders.size() < 2) {
            throw new UsageError("merge needs two or more folders of results: one for each share of a run");
        }
        return new Merge(folders).merge();
    }

    private Summary merge() throws IOException {
        List<Share> shares =
                folders.stream().map(each -> Share.of(each, summary(each))).toList();
        Shares.check(shares);
        for (Share each : shares) {
            try {
                summaries.add(each.summary());
                add(each.summary());
                readHistograms(each);
            } catch (ClassCastException | NullPointerException e) {
                throw Share.damaged(each.folder());
            }
        }
        JsonObject first = summaries.getFirst();
        settle();
        if (totals.getOrDefault("matched", 0L) > 0) {
            // Those of one share were not, and others of the run were.
            totals.replace("neverMatched", 0L);
        }
        notes(shares);
        List<Threshold> thresholds = first.getJsonArray("thresholds").getValuesAs(JsonObject.class).stream()
                .map(each -> Threshold.parse(each.getString("threshold")))
                .toList();
        Measurements measurements = measurements(first);
        Reconciliation counted = counted();
        List<Reconciliation.Comparison> counts = List.of();
        if (counted != null) {
            counts = counted.compare(measurements);
            notes.addAll(Reconciliation.noteOfOthers(counted.others(), true));
            notes.addAll(counted.noteOfUsers(measurements));
        }
        Optional.ofNullable(measurements.ownPart()).ifPresent(notes::add);
        return Summary.of(measurements, thresholds, counts, null, notes).under(Shares.conditions(shares));
    }

    /** The server's counts around all shares; null when one share has none. */
    private Reconciliation counted() {
        Reconciliation whole = null;
        for (JsonObject each : summaries) {
            JsonObject server = each.getJsonObject("server");
            if (server == null) {
                return null;
            }
            Reconciliation share = new Reconciliation(
                    server.getBoolean("echo"),
                    counts(server.getJsonObject("before")),
                    counts(server.getJsonObject("after")),
                    server.getInt("others", 0));
            whole = whole == null ? share : whole.with(share);
        }
        return whole;
    }

    private static Map<String, Long> counts(JsonObject from) {
        Map<String, Long> counts = new LinkedHashMap<>();
        from.keySet().forEach(each -> counts.put(each, from.getJsonNumber(each).longValue()));
        return counts;
    }

    static JsonObject summary(Path folder) {
        Path file = folder.resolve(ResultFolder.SUMMARY);
        try (JsonReader reader = READERS.createReader(Files.newInputStream(file))) {
            return reader.readObject();
        } catch (NoSuchFileException e) {
            throw new UsageError(folder + " has no " + ResultFolder.SUMMARY + ": no run ended there");
        } catch (IOException | JsonException e) {
            throw new UsageError(folder + " has no readable " + ResultFolder.SUMMARY + ": " + e.getMessage());
        }
    }

    private void add(JsonObject summary) {
        JsonObject counts = summary.getJsonObject("totals");
        counts.keySet()
                .forEach(each -> totals.merge(each, counts.getJsonNumber(each).longValue(), Long::sum));
        JsonObject kinds = summary.getJsonObject("errors");
        kinds.keySet()
                .forEach(each -> errors.merge(each, kinds.getJsonNumber(each).longValue(), Long::sum));
        summary.getJsonObject("examples")
                .forEach((kind, text) -> examples.putIfAbsent(kind, ((JsonString) text).getString()));
    }

    /** What all shares say is said once, what only some say with their names, and what is settled here not at all. */
    private void notes(List<Share> shares) {
        Map<String, List<String>> said = new LinkedHashMap<>();
        for (Share each : shares) {
            List<String> settled = new ArrayList<>(List.of(Share.note(each.number(), each.of())));
            if (each.summary().get("server") instanceof JsonObject server) {
                settled.addAll(Reconciliation.noteOfOthers(server.getInt("others", 0), false));
            }
            each.summary().getJsonArray("notes").getValuesAs(JsonString::getString).stream()
                    .filter(note -> !settled.contains(note) && !Measurements.isOwnPart(note))
                    .forEach(note ->
                            said.computeIfAbsent(note, n -> new ArrayList<>()).add(each.name()));
        }
        said.forEach((note, by) ->
                notes.add(by.size() == shares.size() ? note : "share " + String.join(", ", by) + ": " + note));
        notes.add("put together from " + shares.size() + " processes");
    }

    private void readHistograms(Share share) throws IOException {
        Path file = share.folder().resolve(ResultFolder.LOG);
        if (!Files.isReadable(file)) {
            throw new UsageError(share.folder() + " has no readable " + ResultFolder.LOG);
        }
        long messages = 0;
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
            for (EncodableHistogram each = reader.nextIntervalHistogram();
                    each != null;
                    each = reader.nextIntervalHistogram()) {
                String tag = String.valueOf(each.getTag());
                histograms.computeIfAbsent(tag, t -> Latencies.empty()).add((Histogram) each);
                messages += tag.equals(LatencyKind.INTENDED.tag()) ? ((Histogram) each).getTotalCount() : 0;
            }
        } catch (RuntimeException e) {
            throw new UsageError(file + " is damaged");
        }
        JsonObject latencies = share.summary().getJsonObject("latencies");
        long expected = (long) number(latencies.getJsonObject(LatencyKind.INTENDED.tag()), "count");
        if (messages != expected) {
            throw new UsageError("%s is damaged: it has the times of %,d messages, and %s those of %,d"
                    .formatted(file, messages, ResultFolder.SUMMARY, expected));
        }
    }

    private void settle() throws IOException {
        RunCounters counters = new RunCounters(false, totals.containsKey("killed"), false);
        // A share heard of others: what was sent to silent partners may be theirs.
        counters.ofOtherRuns.add(totals.getOrDefault("foreign", 0L));
        ErrorCounts found = new ErrorCounts();
        DeliveryLedger ledger = new DeliveryLedger(counters, found, user -> true, OpenSides.NONE);
        for (boolean strays : new boolean[] {true, false}) {
            for (Path each : folders) {
                OpenSidesFile.read(each.resolve(ResultFolder.SIDES), ledger, strays);
            }
        }
        ledger.close();
        counters.totals().forEach((name, count) -> totals.merge(name, count, Long::sum));
        found.counts().forEach((kind, count) -> errors.merge(kind, count, Long::sum));
        found.examples().forEach(examples::putIfAbsent);
    }

    private Measurements measurements(JsonObject first) throws IOException {
        Measurements.RunInfo run = new Measurements.RunInfo(
                first.getString("scenario"),
                first.getString("target"),
                summaries.stream()
                        .mapToLong(
                                each -> Instant.parse(each.getString("start")).toEpochMilli())
                        .min()
                        .orElseThrow(),
                summaries.stream()
                        .mapToDouble(each -> number(each, "seconds"))
                        .max()
                        .orElseThrow(),
                first.getInt("clients"),
                first.getJsonNumber("seed").longValue(),
                summaries.stream().anyMatch(each -> each.getBoolean("interrupted")));
        List<Path> timelines = folders.stream()
                .map(each -> each.resolve(ResultFolder.TIMELINE))
                .toList();
        return new Measurements(
                run,
                totals,
                Latencies.ofTags(
                        histograms,
                        first.getJsonObject("latencies")
                                .getJsonObject("personas")
                                .keySet()),
                errors,
                examples,
                generator(),
                Timeline.merged(timelines).rows());
    }

    private GeneratorHealth generator() {
        List<JsonObject> generators =
                summaries.stream().map(each -> each.getJsonObject("generator")).toList();
        return new GeneratorHealth(
                generators.stream()
                        .mapToDouble(each -> number(each, "cpuSeconds"))
                        .sum(),
                generators.stream()
                        .mapToDouble(each -> number(each, "gcShare"))
                        .max()
                        .orElseThrow(),
                generators.stream()
                        .mapToLong(each -> (long) number(each, "peakRssBytes"))
                        .sum(),
                generators.stream().mapToInt(each -> each.getInt("loops")).sum());
    }

    private static double number(JsonObject object, String name) {
        return object.getJsonNumber(name).doubleValue();
    }
}
