package loomchat.loadtest.command;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import loomchat.loadtest.scenario.Quantity;

/** Prints two runs side by side, and how much they differ. */
final class Compare {
    private static final List<String> COUNTS = List.of(
            "connected",
            "failed",
            "matched",
            "sent",
            "delivered",
            "lost",
            "duplicated",
            "reordered",
            "corrupted",
            "misdelivered",
            "violations",
            "cutOff");
    private static final List<String> TIMES = Stream.concat(
                    Arrays.stream(SummaryText.PERCENTILES).map(each -> "p" + each), Stream.of("max"))
            .toList();

    /** Of a column, so that a row fits into 80. */
    private static final int WIDTH = 22;

    private record ComparedValue(String what, Double first, Double second, boolean time) {}

    private Compare() {}

    static void print(Path first, Path second, PrintStream out) {
        JsonObject a = Merge.summary(first);
        JsonObject b = Merge.summary(second);
        String row = "%-22s %" + WIDTH + "s %" + WIDTH + "s %10s%n";
        out.printf(Locale.ROOT, row, "", "A", "B", "B beside A");
        for (String each : List.of("scenario", "target", "result")) {
            out.printf(Locale.ROOT, row, each, fitting(a.getString(each)), fitting(b.getString(each)), "");
        }
        out.printf(Locale.ROOT, row, "start", start(a), start(b), "");
        for (ComparedValue each : lines(a, b)) {
            out.printf(
                    Locale.ROOT,
                    row,
                    each.what,
                    shown(each.first, each.time),
                    shown(each.second, each.time),
                    change(each));
        }
        for (JsonObject each : List.of(a, b)) {
            if (!each.getBoolean("valid")) {
                out.println((each == a ? "A" : "B") + " is not valid: " + each.getString("verdict"));
            }
        }
    }

    private static Instant start(JsonObject summary) {
        return Instant.parse(summary.getString("start")).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Long addresses differ at their end. */
    private static String fitting(String text) {
        return text.length() <= WIDTH ? text : "…" + text.substring(text.length() - WIDTH + 1);
    }

    private static List<ComparedValue> lines(JsonObject a, JsonObject b) {
        List<ComparedValue> lines = new ArrayList<>();
        for (String each : List.of("clients", "seconds", "intendedPerSecond", "sentPerSecond", "deliveredPerSecond")) {
            lines.add(new ComparedValue(each, number(a, each), number(b, each), false));
        }
        for (String each : COUNTS) {
            lines.add(new ComparedValue(each, number(a, "totals", each), number(b, "totals", each), false));
        }
        for (String each : IdentitySummary.COMPARED) {
            Double first = number(a, "totals", each);
            Double second = number(b, "totals", each);
            if (first != null || second != null) {
                lines.add(new ComparedValue(each, first, second, false));
            }
        }
        for (String group : List.of("intended", "actual", "connect", "match")) {
            for (String each : TIMES) {
                lines.add(new ComparedValue(
                        group + " " + each,
                        number(a, "latencies", group, each),
                        number(b, "latencies", group, each),
                        true));
            }
        }
        lines.add(new ComparedValue(
                "generator CPU seconds",
                number(a, "generator", "cpuSeconds"),
                number(b, "generator", "cpuSeconds"),
                false));
        lines.add(new ComparedValue(
                "generator lag p99", number(a, "generator", "lag", "p99"), number(b, "generator", "lag", "p99"), true));
        return lines;
    }

    /** The number at that path, or null. */
    private static Double number(JsonObject from, String... path) {
        JsonValue value = from;
        for (String each : path) {
            value = value instanceof JsonObject object ? object.get(each) : null;
        }
        return value instanceof JsonNumber number ? number.doubleValue() : null;
    }

    private static String shown(Double value, boolean time) {
        if (value == null) {
            return "-";
        }
        return time
                ? Quantity.time(value * 1e6)
                : String.format(Locale.ROOT, value % 1 == 0 ? "%,.0f" : "%,.1f", value);
    }

    private static String change(ComparedValue line) {
        if (line.first == null || line.second == null) {
            return "";
        }
        double difference = line.second - line.first;
        if (line.first == 0) {
            return difference == 0 ? "=" : "";
        }
        return difference == 0 ? "=" : String.format(Locale.ROOT, "%+.1f %%", 100 * difference / line.first);
    }
}
