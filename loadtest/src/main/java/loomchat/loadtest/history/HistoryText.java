package loomchat.loadtest.history;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.scenario.PlainText;

/** The runs of the past, one a line, or as JSON for programs. */
public final class HistoryText {
    private static final JsonGeneratorFactory GENERATORS =
            Json.createGeneratorFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));
    private static final List<String> HEAD = List.of("run (UTC)", "result", "p50", "p99", "msgs/s", "lost", "server");
    /** Of these columns, the first so many are words. */
    private static final int WORDS = 2;

    private static final String GAP = "  ";
    private static final int COLUMNS = 80;
    /** Less of a target or a machine says nothing. */
    private static final int LEAST_ROOM = 12;

    private HistoryText() {}

    /** @param scenario null for all */
    public static String table(Path results, String scenario) {
        RunHistory history = RunHistory.in(results);
        List<PastRun> runs = history.of(scenario);
        StringBuilder text = new StringBuilder();
        if (runs.isEmpty()) {
            text.append("No run%s in %s yet%n".formatted(scenario == null ? "" : " of " + scenario, results));
        } else {
            rows(runs).forEach(each -> text.append(each).append(System.lineSeparator()));
            if (runs.stream().anyMatch(each -> !each.isValid())) {
                text.append(
                        "(…): not valid, because the load client was itself as slow as what it measured%n".formatted());
            }
            if (runs.stream().anyMatch(each -> each.isRegression() && !each.isAccepted())) {
                text.append("worse: than good runs before it, so that no later run is set beside it%n".formatted());
            }
            text.append("server: its CPU a message. Two runs side by side: stress compare [RUN RUN]%n".formatted());
        }
        if (history.others() > 0) {
            text.append("%d other folders there hold no run that ended with a summary%n".formatted(history.others()));
        }
        return text.toString();
    }

    /** As narrow as they can be. What is the same of all runs, such as the target, stands in one line below. */
    private static List<String> rows(List<PastRun> runs) {
        List<List<String>> cells = new ArrayList<>(List.of(HEAD));
        runs.forEach(each -> cells.add(cells(each)));
        int[] widths = new int[HEAD.size()];
        Arrays.setAll(
                widths,
                i -> cells.stream().mapToInt(each -> each.get(i).length()).max().orElseThrow());
        List<String> same = new ArrayList<>();
        List<StringBuilder> lines =
                cells.stream().map(each -> line(each, widths)).toList();
        add(lines, "target", runs.stream().map(PastRun::target).toList(), same);
        add(lines, "machine", runs.stream().map(HistoryText::machine).toList(), same);
        List<String> rows = new ArrayList<>();
        lines.forEach(each -> rows.add(each.toString().stripTrailing()));
        if (!same.isEmpty()) {
            rows.add(PlainText.wrapped("all: " + String.join(", ", same), "  "));
        }
        return rows;
    }

    private static StringBuilder line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String space = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i < WORDS ? cells.get(i) + space : space + cells.get(i)).append(GAP);
        }
        return line;
    }

    /** A column where there is room for one. */
    private static void add(List<StringBuilder> lines, String head, List<String> values, List<String> same) {
        long different = values.stream().distinct().count();
        int room = COLUMNS - lines.getFirst().length();
        int whole = values.stream().mapToInt(String::length).max().orElseThrow();
        if (different == 1 || room < Math.min(whole, LEAST_ROOM)) {
            same.add(different == 1 ? values.getFirst() : "%d %ss (--json names them)".formatted(different, head));
            return;
        }
        int width = Math.min(room, whole);
        for (int i = 0; i < lines.size(); i++) {
            String value = i == 0 ? head : fitting(values.get(i - 1), room);
            lines.get(i).append(value).append(" ".repeat(Math.max(0, width - value.length())) + GAP);
        }
    }

    private static List<String> cells(PastRun run) {
        return List.of(
                run.name(),
                result(run),
                time(run, Figure.P50),
                time(run, Figure.P99),
                shown(run, Figure.DELIVERED),
                shown(run, Figure.LOST),
                shown(run, Figure.SERVER_CPU));
    }

    private static String machine(PastRun run) {
        return run.machine() == null ? "machine not known" : run.machine().shown();
    }

    /** Long addresses differ at their end. */
    private static String fitting(String target, int room) {
        return target.length() <= room ? target : "…" + target.substring(target.length() - room + 1);
    }

    /** That a run is not valid is said beside how it ended. */
    private static String result(PastRun run) {
        return run.isValid() || run.result().equals("overloaded")
                ? run.result().replace("overloaded", "not valid") + standing(run)
                : run.result() + ", not valid";
    }

    private static String standing(PastRun run) {
        return run.found().isEmpty() ? worseOrAccepted(run) : ": " + run.found();
    }

    private static String worseOrAccepted(PastRun run) {
        return run.isAccepted() ? ", accepted" : run.isRegression() ? ", worse" : "";
    }

    /** In brackets where the load generator was as slow as what it measured. */
    private static String time(PastRun run, Figure figure) {
        String time = shown(run, figure);
        return run.isValid() || time.equals("-") ? time : "(" + time + ")";
    }

    private static String shown(PastRun run, Figure figure) {
        Double value = run.value(figure);
        return value == null
                ? "-"
                : figure.unit == Figure.Unit.COUNT ? "%,d".formatted(Math.round(value)) : figure.shown(value);
    }

    /** Takes a run for a good one, and none before it; returns what to say. */
    public static String accept(Path results, String run) throws IOException {
        PastRun found = RunHistory.in(results).find(run);
        found.accept();
        return "%s is a good run from now on, and runs of its set-up before it count no more%n".formatted(found.name());
    }

    /** @param scenario null for all */
    public static String json(Path results, String scenario) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = GENERATORS.createGenerator(text)) {
            json.writeStartArray();
            RunHistory.in(results).of(scenario).forEach(each -> write(each, json));
            json.writeEnd();
        }
        return text.toString().strip() + "\n";
    }

    private static void write(PastRun run, JsonGenerator json) {
        json.writeStartObject()
                .write("name", run.name())
                .write("folder", run.folder().toString())
                .write("start", run.start().toString())
                .write("scenario", run.scenario())
                .write("target", run.target())
                .write("result", run.result())
                .write("valid", run.isValid())
                .write("verdict", run.verdict())
                .write("regression", run.isRegression())
                .write("accepted", run.isAccepted());
        write(json, "p50Millis", run.value(Figure.P50));
        write(json, "p99Millis", run.value(Figure.P99));
        write(json, "deliveredPerSecond", run.value(Figure.DELIVERED));
        write(json, "lost", run.value(Figure.LOST));
        write(json, "serverCpuMicrosPerMessage", run.value(Figure.SERVER_CPU));
        write(json, "serverRssBytes", run.value(Figure.SERVER_RSS));
        Machine machine = run.machine();
        if (machine != null) {
            json.writeStartObject("machine")
                    .write("cpu", machine.cpu())
                    .write("cores", machine.cores())
                    .write("jdk", machine.jdk())
                    .write("os", machine.os())
                    .writeEnd();
        }
        json.writeStartObject("settings");
        run.settings().forEach(json::write);
        json.writeEnd().writeEnd();
    }

    private static void write(JsonGenerator json, String name, Double value) {
        if (value == null) {
            json.writeNull(name);
        } else {
            json.write(name, value);
        }
    }
}
