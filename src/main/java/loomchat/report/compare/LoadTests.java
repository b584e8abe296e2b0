package loomchat.report.compare;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.report.history.LoadTestRun;
import loomchat.report.history.Report;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;

/**
 * The load tests of the whole history, the newest first, and the starts of its servers. Immutable.
 *
 * @param now when the history was read
 * @param linesSince since when every line is there, {@link LogTimes#UNKNOWN} if no line was removed
 */
public record LoadTests(List<LoadTest> all, List<ServerStart> starts, long now, long linesSince) {
    /** Stands for the id of the newest in an address. */
    private static final String LATEST = "latest";

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());
    /** The text of marks in rollups that have no line yet. */
    private static final Pattern START_TEXT = Pattern.compile("(?:.*: )?(\\S+) with ([\\d,]{1,15}) clients");

    private static final Pattern END_TEXT = Pattern.compile("(?:.*: )?\\S+: (.*)");
    private static final Pattern VERSION_TEXT = Pattern.compile("Loomchat (\\S+) on ");
    /** Several servers are told one after the other. */
    private static final long SAME_ANNOUNCEMENT_MILLIS = 60_000;

    /** A start of a server, with its line. */
    record ServerStart(long millis, JsonObject line) {}

    /** From a report of everything. */
    public static LoadTests of(Report report) {
        List<ServerStart> starts = new ArrayList<>();
        List<LoadTest> tests = new ArrayList<>();
        Map<String, Integer> latest = new HashMap<>();
        for (GraphMark mark : report.marks().all()) {
            switch (mark.kind()) {
                case START -> starts.add(new ServerStart(mark.millis(), line(mark)));
                case LOAD_TEST_START -> {
                    Integer before = latest.get(mark.id());
                    if (before == null || !isOneStart(tests.get(before), mark.millis())) {
                        latest.put(mark.id(), tests.size());
                        JsonObject server = starts.isEmpty()
                                ? JsonObject.EMPTY_JSON_OBJECT
                                : starts.getLast().line();
                        tests.add(new LoadTest(
                                mark.id(),
                                mark.millis(),
                                LogTimes.UNKNOWN,
                                LogTimes.UNKNOWN,
                                line(mark),
                                JsonObject.EMPTY_JSON_OBJECT,
                                server));
                    }
                }
                case LOAD_TEST_END -> {
                    Integer begun = latest.get(mark.id());
                    if (begun != null && isItsEnd(tests.get(begun), mark.millis())) {
                        LoadTest test = tests.get(begun);
                        tests.set(
                                begun,
                                new LoadTest(
                                        test.id(),
                                        test.start(),
                                        mark.millis(),
                                        LogTimes.UNKNOWN,
                                        test.begin(),
                                        line(mark),
                                        test.server()));
                    }
                }
                case CRASH, STOP, STALL, FILE -> {}
            }
        }
        tests.replaceAll(each -> each.hasEnded() ? each : each.cutAt(cut(each, report.loadTests())));
        return new LoadTests(
                List.copyOf(tests.reversed()),
                List.copyOf(starts),
                report.axis().at(),
                report.scan().linesSince());
    }

    /** When a load test without an end was cut off, as the history knows it. */
    private static long cut(LoadTest test, List<LoadTestRun> runs) {
        return runs.stream()
                .filter(each ->
                        each.id().equals(test.id()) && Math.abs(each.from() - test.start()) < SAME_ANNOUNCEMENT_MILLIS)
                .mapToLong(LoadTestRun::to)
                .findFirst()
                .orElse(LogTimes.UNKNOWN);
    }

    /** Whether a start is the same run's at another server, and not of a later run of that name. */
    private static boolean isOneStart(LoadTest test, long millis) {
        return !test.hasEnded() && millis - test.start() < SAME_ANNOUNCEMENT_MILLIS;
    }

    private static boolean isItsEnd(LoadTest test, long millis) {
        return !test.hasEnded() || millis - test.end() < SAME_ANNOUNCEMENT_MILLIS;
    }

    /** The newest of that name, or of all for {@link #LATEST}. */
    public Optional<LoadTest> find(String id) {
        return all.stream()
                .filter(each -> id.equals(LATEST) || each.id().equals(id))
                .findFirst();
    }

    /** The run of the same scenario before this one, of the same share: other shares are parts of the same run. */
    public Optional<LoadTest> before(LoadTest test) {
        return all.stream()
                .filter(each -> each.start() < test.start() && each.played().equals(test.played()))
                .findFirst();
    }

    /** The line of the server's start that holds at this time; empty when it is not known. */
    JsonObject serverAt(long from, long to) {
        JsonObject line = JsonObject.EMPTY_JSON_OBJECT;
        for (ServerStart each : starts) {
            if (each.millis() <= from || line.isEmpty() && each.millis() < to) {
                line = each.line();
            }
        }
        return line;
    }

    private static JsonObject line(GraphMark mark) {
        try (JsonReader reader = READERS.createReader(new StringReader(mark.line()))) {
            return reader.readObject();
        } catch (JsonException e) {
            return ofText(mark);
        }
    }

    private static JsonObject ofText(GraphMark mark) {
        JsonObjectBuilder json = BUILDERS.createObjectBuilder();
        Matcher start = START_TEXT.matcher(mark.text());
        Matcher end = END_TEXT.matcher(mark.text());
        Matcher version = VERSION_TEXT.matcher(mark.text());
        if (mark.kind() == GraphMark.Kind.LOAD_TEST_START && start.matches()) {
            json.add("scenario", start.group(1))
                    .add("clients", Long.parseLong(start.group(2).replace(",", "")));
        } else if (mark.kind() == GraphMark.Kind.LOAD_TEST_END && end.matches()) {
            json.add("result", end.group(1));
        } else if (mark.kind() == GraphMark.Kind.START && version.find()) {
            json.add("version", version.group(1));
        }
        return json.build();
    }
}
