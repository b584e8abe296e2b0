package loomchat.loadtest.history;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The runs of the past, one a line, or as JSON for programs. */
public final class HistoryText {
    private static final JsonGeneratorFactory GENERATORS =
            Json.createGeneratorFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));
    private static final String ROW = "%-30s %-22s %10s %10s %10s %6s %9s  %s%n";
    private static final int TARGET = 40;

    private HistoryText() {}

    /** @param scenario null for all */
    public static String table(Path results, String scenario) {
        RunHistory history = RunHistory.in(results);
        List<PastRun> runs = history.of(scenario);
        StringBuilder text = new StringBuilder();
        if (runs.isEmpty()) {
            text.append("No run%s in %s yet%n".formatted(scenario == null ? "" : " of " + scenario, results));
        } else {
            text.append(
                    ROW.formatted("run (UTC)", "result", "p50", "p99", "msgs/s", "lost", "server", "target, machine"));
            runs.forEach(each -> text.append(row(each)));
            if (runs.stream().anyMatch(each -> !each.isValid())) {
                text.append(
                        "(…): not valid, because the load client was itself as slow as what it measured%n".formatted());
            }
            text.append("server: CPU a message. Two of them side by side: stress compare RUN RUN, or previous last%n"
                    .formatted());
        }
        if (history.others() > 0) {
            text.append("%d other folders there hold no run that ended with a summary%n".formatted(history.others()));
        }
        return text.toString();
    }

    private static String row(PastRun run) {
        Machine machine = run.machine();
        return ROW.formatted(
                                run.name(),
                                result(run),
                                time(run, Figure.P50),
                                time(run, Figure.P99),
                                shown(run, Figure.DELIVERED),
                                shown(run, Figure.LOST),
                                shown(run, Figure.SERVER_CPU),
                                fitting(run.target()) + (machine == null ? "" : ", " + machine.shown()))
                        .stripTrailing()
                + System.lineSeparator();
    }

    /** Long addresses differ at their end. */
    private static String fitting(String target) {
        return target.length() <= TARGET ? target : "…" + target.substring(target.length() - TARGET + 1);
    }

    /** That a run is not valid is said beside how it ended. */
    private static String result(PastRun run) {
        return run.isValid() || run.result().equals("overloaded")
                ? run.result().replace("overloaded", "not valid")
                : run.result() + ", not valid";
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
                .write("verdict", run.verdict());
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
