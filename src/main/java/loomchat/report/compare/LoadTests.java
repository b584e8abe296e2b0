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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * @param sumsSince until when nothing is left, {@link LogTimes#UNKNOWN} if nothing is gone
 * @param choices the names of all servers
 * @param node the only server to look at, by its name, or null
 */
public record LoadTests(
        List<LoadTest> all,
        List<ServerStart> starts,
        long now,
        long linesSince,
        long sumsSince,
        List<String> choices,
        String node) {
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
    /** Each line has its own. */
    private static final Set<String> OF_ONE_LINE = Set.of("time", "seq", "details");

    /** A start of a server, with its line; {@code node} is empty where there is one server. */
    record ServerStart(long millis, String node, JsonObject line) {}

    /** From a report of everything. */
    public static LoadTests of(Report report) {
        List<ServerStart> starts = new ArrayList<>();
        List<LoadTest> tests = new ArrayList<>();
        for (GraphMark mark : report.marks().all()) {
            switch (mark.kind()) {
                case START -> starts.add(new ServerStart(mark.millis(), mark.node(), line(mark)));
                case LOAD_TEST_START -> begin(tests, mark, latest(starts, mark.node()));
                case LOAD_TEST_END -> end(tests, mark);
                case CRASH, STOP, STALL, FILE -> {}
            }
        }
        tests.replaceAll(each -> each.hasEnded() ? each : each.cutAt(cut(each, report.loadTests())));
        return new LoadTests(
                List.copyOf(tests.reversed()),
                List.copyOf(starts),
                report.axis().at(),
                report.scan().linesSince(),
                report.scan().sumsSince(),
                report.choices(),
                null);
    }

    /** As one server knows them, or all for null: those that it was told of, and its starts. */
    public LoadTests of(String name) {
        if (name == null || choices.size() == 1) {
            return this;
        }
        return new LoadTests(
                all.stream().filter(each -> counted(each).contains(name)).toList(),
                starts.stream().filter(each -> each.node().equals(name)).toList(),
                now,
                linesSince,
                sumsSince,
                choices,
                name);
    }

    /**
     * The servers whose lines tell of a load test: those that were told of it, and the others of their crowds, because
     * a balancer leads its clients to all. None stands for all.
     */
    List<String> counted(LoadTest test) {
        if (node != null) {
            return List.of(node);
        }
        if (choices.size() == 1) {
            return List.of();
        }
        Set<String> crowds = new HashSet<>();
        test.nodes().forEach(each -> crowds.add(crowd(serverAt(test.start(), test.endOr(now), each))));
        crowds.remove("");
        return choices.stream()
                .filter(each -> test.nodes().contains(each)
                        || crowds.contains(crowd(serverAt(test.start(), test.endOr(now), each))))
                .toList();
    }

    /** Of which crowd the server of this line is; empty for a server of its own. */
    private static String crowd(JsonObject server) {
        return server.containsKey("node")
                ? "crowd " + (server.get("settings") instanceof JsonObject all ? LoadTest.text(all, "REDIS_URL") : "")
                : "";
    }

    private static JsonObject latest(List<ServerStart> starts, String node) {
        return starts.reversed().stream()
                .filter(each -> each.node().equals(node))
                .findFirst()
                .map(ServerStart::line)
                .orElse(JsonObject.EMPTY_JSON_OBJECT);
    }

    private static void begin(List<LoadTest> tests, GraphMark mark, JsonObject server) {
        JsonObject line = line(mark);
        for (int i = tests.size() - 1; i >= 0; i--) {
            LoadTest test = tests.get(i);
            if (test.id().equals(mark.id()) && isOneStart(test, mark.millis()) && saysTheSame(test.begin(), line)) {
                tests.set(i, test.at(mark.node()));
                return;
            }
        }
        tests.add(new LoadTest(
                mark.id(),
                mark.millis(),
                LogTimes.UNKNOWN,
                LogTimes.UNKNOWN,
                line,
                JsonObject.EMPTY_JSON_OBJECT,
                server,
                List.of(mark.node())));
    }

    /** Whether they are one announcement: clients of older versions may choose the same id for two runs. */
    private static boolean saysTheSame(JsonObject one, JsonObject other) {
        return one.keySet().stream()
                .filter(each -> !OF_ONE_LINE.contains(each) && other.containsKey(each))
                .allMatch(each -> one.get(each).equals(other.get(each)));
    }

    /** An end belongs to a start of its own server; where there is none, a balancer led them to two. */
    private static void end(List<LoadTest> tests, GraphMark mark) {
        List<LoadTest> named =
                tests.stream().filter(each -> each.id().equals(mark.id())).toList();
        List<LoadTest> own = named.stream()
                .filter(each -> each.nodes().contains(mark.node()))
                .toList();
        (own.isEmpty() ? named : own)
                .reversed().stream()
                        .filter(each -> isItsEnd(each, mark.millis()))
                        .findFirst()
                        .ifPresent(each -> tests.set(tests.lastIndexOf(each), each.endedAt(mark.millis(), line(mark))));
    }

    /** When a load test without an end was cut off, as the history knows it. */
    private static long cut(LoadTest test, List<LoadTestRun> runs) {
        return runs.stream()
                .filter(each ->
                        each.id().equals(test.id()) && Math.abs(each.from() - test.start()) < SAME_ANNOUNCEMENT_MILLIS)
                .filter(each -> each.target().equals(LoadTest.text(test.begin(), "target")))
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
        return serverAt(from, to, null);
    }

    private JsonObject serverAt(long from, long to, String name) {
        JsonObject line = JsonObject.EMPTY_JSON_OBJECT;
        for (ServerStart each : starts) {
            boolean isOne = name == null || each.node().equals(name);
            if (isOne && (each.millis() <= from || line.isEmpty() && each.millis() < to)) {
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
