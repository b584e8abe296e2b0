package loomchat.loadtest.history;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.scenario.PlainText;
import loomchat.loadtest.scenario.UsageError;
import loomchat.statistics.CoarseLimit;

/** A run in its folder, as far as its {@code summary.json} tells: those of older versions tell less. */
final class PastRun {
    static final String SUMMARY = "summary.json";
    /** A file in the folder of a run that somebody has accepted. */
    private static final String ACCEPTED = "accepted";
    /** A share of a run plays the same as the whole run. */
    private static final String SHARE = "SHARE";

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final int MOST_BYTES = 4 << 20;

    private final Path folder;
    private final JsonObject summary;
    private final Instant start;

    private PastRun(Path folder, JsonObject summary, Instant start) {
        this.folder = folder;
        this.summary = summary;
        this.start = start;
    }

    /** Null when there is no summary of a run in the folder. */
    static PastRun read(Path folder) {
        try (InputStream in = Files.newInputStream(folder.resolve(SUMMARY))) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                return null;
            }
            try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(bytes))) {
                JsonObject summary = reader.readObject();
                return text(summary, "scenario").isEmpty() || !(summary.get("totals") instanceof JsonObject)
                        ? null
                        : new PastRun(folder, summary, Instant.parse(text(summary, "start")));
            }
        } catch (IOException | JsonException | DateTimeException e) {
            return null;
        }
    }

    Path folder() {
        return folder;
    }

    String name() {
        return PlainText.of(String.valueOf(folder.toAbsolutePath().normalize().getFileName()));
    }

    Instant start() {
        return start;
    }

    String scenario() {
        return text("scenario");
    }

    String target() {
        return text("target");
    }

    /** {@code passed}, {@code failed}, {@code overloaded} or {@code interrupted}. */
    String result() {
        return text("result");
    }

    String verdict() {
        return text("verdict");
    }

    boolean isValid() {
        return summary.get("valid") == JsonValue.TRUE;
    }

    boolean isInterrupted() {
        return result().equals("interrupted") || summary.get("interrupted") == JsonValue.TRUE;
    }

    /** Whether later runs may be set beside it: one that was itself worse than good ones only when it was accepted. */
    private boolean isGood() {
        return hasPassed() && (!isRegression() || isAccepted());
    }

    private boolean hasPassed() {
        return result().equals("passed") && isValid();
    }

    /** Whether it was worse than the good runs before it. */
    boolean isRegression() {
        return summary.get("regression") instanceof JsonObject regression && regression.get("seen") == JsonValue.TRUE;
    }

    /** Whether it is good as it is, and those before it are no measure any more. */
    boolean isAccepted() {
        return Files.exists(folder.resolve(ACCEPTED));
    }

    void accept() throws IOException {
        if (!hasPassed()) {
            throw new UsageError(
                    name() + (isValid() ? " did not pass" : " is not valid") + ": it cannot be a good run");
        }
        Files.write(folder.resolve(ACCEPTED), new byte[0]);
    }

    /** Null where the summary has none. */
    Machine machine() {
        if (!(summary.get("machine") instanceof JsonObject machine)) {
            return null;
        }
        Double cores = number(machine, "cores");
        return new Machine(
                text(machine, "cpu"), cores == null ? 0 : cores.intValue(), text(machine, "jdk"), text(machine, "os"));
    }

    SortedMap<String, String> settings() {
        SortedMap<String, String> settings = new TreeMap<>();
        if (summary.get("settings") instanceof JsonObject asked) {
            asked.keySet().forEach(each -> settings.put(PlainText.of(each), text(asked, each)));
        }
        return settings;
    }

    /** The number at that place, or null. */
    Double value(Figure figure) {
        return number(summary, figure.path);
    }

    Double number(String... path) {
        return number(summary, path);
    }

    private static Double number(JsonObject from, String... path) {
        JsonValue value = from;
        for (String each : path) {
            value = value instanceof JsonObject object ? object.get(each) : null;
        }
        return value instanceof JsonNumber number && Double.isFinite(number.doubleValue())
                ? number.doubleValue()
                : null;
    }

    /** What a search for capacity found, such as {@code 43 clients}; empty for other runs. */
    String found() {
        if (!(summary.get("capacity") instanceof JsonObject capacity)) {
            return "";
        }
        Double clients = number(capacity, "clients");
        Double rate = number(capacity, "sentPerSecond");
        String least = capacity.get("atLeast") == JsonValue.TRUE ? "at least " : "";
        return least
                + (clients != null
                        ? "%,d clients".formatted(Math.round(clients))
                        : rate != null ? "%,d/s".formatted(Math.round(rate)) : "?");
    }

    /** NaN where the servers do not tell. */
    double serverCpuSeconds() {
        Double seconds = number("serverProcess", "cpuSeconds");
        return seconds == null ? Double.NaN : seconds;
    }

    /** How many measured values lie beyond a latency's percentile; very many where that is not known. */
    double valuesBeyond(Figure figure) {
        Double count = figure.group == Figure.Group.LATENCY ? number(figure.path[0], figure.path[1], "count") : null;
        return count == null
                ? Double.MAX_VALUE
                : count * (1 - Double.parseDouble(figure.percentile().substring(1)) / 100);
    }

    /** How late the load generator itself was at a latency's percentile, in milliseconds; 0 where that has no say. */
    double lateness(Figure figure) {
        if (figure.group != Figure.Group.LATENCY) {
            return 0;
        }
        Double threads = number("generator", "lag", figure.percentile());
        Double sends = figure.isFromIntended() ? number("generator", "lateness", figure.percentile()) : null;
        return Math.max(threads == null ? 0 : threads, sends == null ? 0 : sends);
    }

    /** Whether a latency from the intended time is mostly the load generator's own, and says little of the server. */
    boolean isOwn(Figure figure) {
        Double late = number("generator", "lateness", Figure.P99.percentile());
        Double measured = value(Figure.P99);
        return figure.isFromIntended()
                && figure != Figure.P50
                && late != null
                && measured != null
                && CoarseLimit.isOwn(late, measured);
    }

    String text(String name) {
        return text(summary, name);
    }

    private static String text(JsonObject from, String name) {
        return from.get(name) instanceof JsonString string ? PlainText.of(string.getString()) : "";
    }

    /** Whether the other played the same against the same on the same machine, and both are good enough to compare. */
    boolean isComparableWith(PastRun other) {
        Machine own = machine();
        Machine theirs = other.machine();
        return other.isGood()
                && isValid()
                && (other.hasMessages() || !hasMessages())
                && !text("plays").isEmpty()
                && text("plays").equals(other.text("plays"))
                && Objects.equals(settings().get(SHARE), other.settings().get(SHARE))
                && scenario().equals(other.scenario())
                && place().equals(other.place())
                && own != null
                && theirs != null
                && own.cpu().equals(theirs.cpu())
                && own.cores() == theirs.cores()
                && own.jdk().equals(theirs.jdk());
    }

    /** A run without any says nothing about one that has some. */
    private boolean hasMessages() {
        Double delivered = value(Figure.DELIVERED_ALL);
        return delivered != null && delivered > 0;
    }

    /** The target; this machine has several names. */
    private String place() {
        return Arrays.stream(target().split(", "))
                .map(each -> each.replaceFirst("//(127\\.0\\.0\\.1|\\[::1])(?=[:/]|$)", "//localhost"))
                .collect(Collectors.joining(", "));
    }

    /** The figure second by second, without the seconds in which nothing was measured; empty where no file tells it. */
    double[] perSecond(TimelineColumn column) {
        if (column == null) {
            return new double[0];
        }
        try {
            List<TimelineRow> rows = Timeline.read(folder.resolve("timeline.csv"));
            return rows.stream()
                    .filter(row -> row.get(TimelineColumn.LENGTH) > 0.5)
                    .mapToDouble(column::shown)
                    .filter(each -> each > 0)
                    .toArray();
        } catch (IOException | UsageError e) {
            return new double[0];
        }
    }
}
