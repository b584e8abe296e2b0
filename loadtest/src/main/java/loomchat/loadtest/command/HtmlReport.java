package loomchat.loadtest.command;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.scenario.Quantity;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** The run as one HTML file that opens from disk: text, tables, and graphs with uPlot; it loads nothing else. */
final class HtmlReport {
    private static final JsonGeneratorFactory GENERATORS = Json.createGeneratorFactory(Map.of());
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot";
    private static final int CURVE_STEPS_PER_HALF = 5;

    private HtmlReport() {}

    static String of(Summary summary) {
        return resource("/loomchat/loadtest/command/report.html")
                .replace("/*uplot.css*/", resource(UPLOT + ".min.css"))
                .replace("/*uplot.js*/", resource(UPLOT + ".iife.min.js").replace("</script", "<\\/script"))
                .replace("/*report.css*/", resource("/loomchat/loadtest/command/report.css"))
                .replace("/*report.js*/", resource("/loomchat/loadtest/command/report.js"))
                .replace("<!--title-->", escaped(summary.measurements().run().scenario() + ": " + summary.result()))
                .replace("<!--body-->", body(summary))
                .replace("{/*data*/}", data(summary.measurements()).replace("<", "\\u003c"));
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Text and tables

    private static String body(Summary summary) {
        Measurements m = summary.measurements();
        StringBuilder html = new StringBuilder();
        html.append("<header><h1>%s</h1><p>%,d clients against %s for %s, from %s, seed %d</p></header>"
                .formatted(
                        escaped(m.run().scenario()),
                        m.run().clients(),
                        escaped(m.run().target()),
                        Quantity.time(m.run().sendSeconds() * 1e9),
                        Instant.ofEpochMilli(m.run().startMillis()),
                        m.run().seed()));
        html.append("<p class=\"verdict %s\" role=\"status\">%s</p>"
                .formatted(summary.result(), escaped(summary.verdict())));
        tiles(m, html);
        table(html, "What happened to every message", List.of("", "messages"), messages(m));
        table(
                html,
                "Identities",
                List.of("", "count"),
                IdentitySummary.lines(m).entrySet().stream()
                        .map(each -> List.of(each.getKey(), each.getValue()))
                        .toList());
        table(
                html,
                "Calls",
                List.of("", "count"),
                CallSummary.lines(m).entrySet().stream()
                        .map(each -> List.of(each.getKey(), each.getValue()))
                        .toList());
        table(html, "Latency", latencyHead(), latencies(m));
        table(
                html,
                "Thresholds",
                List.of("condition", "value", ""),
                summary.outcomes().stream()
                        .map(each -> List.of(each.threshold().text(), each.shown(), each.met() ? "met" : "MISSED"))
                        .toList());
        table(
                html,
                "The server's own count",
                List.of("", "server", "seen here", ""),
                summary.reconciled().stream()
                        .map(each -> List.of(each.what(), "%,d".formatted(each.server()), each.seen(), each.verdict()))
                        .toList());
        table(
                html,
                "Errors",
                List.of("kind", "count"),
                m.errors().entrySet().stream()
                        .map(each -> List.of(each.getKey(), "%,d".formatted(each.getValue())))
                        .toList());
        table(
                html,
                "First of each",
                List.of("kind", "details"),
                m.examples().entrySet().stream()
                        .map(each -> List.of(each.getKey(), each.getValue()))
                        .toList());
        html.append("<h2>The load generator itself</h2><p>%s</p>".formatted(escaped(SummaryText.generator(m))));
        summary.notes().forEach(each -> html.append("<p class=\"note\">%s</p>".formatted(escaped(each))));
        return html.toString();
    }

    private static void tiles(Measurements m, StringBuilder html) {
        html.append("<dl class=\"tiles\">");
        tile(html, "delivered", "%,d".formatted(m.total("delivered")));
        tile(html, "faults", "%,d".formatted(m.faults()));
        tile(html, "failed connections", "%,d".formatted(m.total("failed")));
        tile(html, "messages/s", Quantity.number(m.rate("delivered")));
        tile(html, "p50", Quantity.time(m.latency(LatencyKind.INTENDED, 50)));
        tile(html, "p99", Quantity.time(m.latency(LatencyKind.INTENDED, 99)));
        tile(html, "max", Quantity.time(m.latency(LatencyKind.INTENDED).getMaxValue()));
        html.append("</dl>");
    }

    private static void tile(StringBuilder html, String name, String value) {
        html.append("<div><dt>%s</dt><dd>%s</dd></div>".formatted(escaped(name), escaped(value)));
    }

    private static List<List<String>> messages(Measurements m) {
        List<List<String>> rows = new ArrayList<>();
        for (String each : List.of(
                "intended",
                "sent",
                "delivered",
                "lost",
                "duplicated",
                "reordered",
                "corrupted",
                "misdelivered",
                "violations",
                "missed",
                "cutOff",
                "unmatched",
                "unconfirmed",
                "foreign")) {
            rows.add(List.of(SPOKEN.getOrDefault(each, each), "%,d".formatted(m.total(each))));
        }
        return rows;
    }

    private static final Map<String, String> SPOKEN = Map.of(
            "violations", "violations of the protocol by the server",
            "missed", "not kept over a resume, as the server said",
            "cutOff", "cut off when somebody left on purpose",
            "unmatched", "sent before the match and dropped",
            "unconfirmed", "sent to a partner never heard of",
            "foreign", "not of this run");

    private static List<String> latencyHead() {
        List<String> head = new ArrayList<>(List.of("", "count"));
        for (String each : SummaryText.PERCENTILES) {
            head.add("p" + each);
        }
        head.add("max");
        return head;
    }

    private static List<List<String>> latencies(Measurements m) {
        List<List<String>> rows = new ArrayList<>();
        SummaryText.distributions(m).forEach((title, histogram) -> {
            List<String> row = new ArrayList<>(List.of(title, "%,d".formatted(histogram.getTotalCount())));
            row.addAll(SummaryText.times(histogram));
            rows.add(row);
        });
        return rows;
    }

    private static void table(StringBuilder html, String title, List<String> head, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        html.append("<h2>%s</h2><div class=\"scroll\"><table><thead><tr>".formatted(escaped(title)));
        head.forEach(each -> html.append("<th scope=\"col\">%s</th>".formatted(escaped(each))));
        html.append("</tr></thead><tbody>");
        for (List<String> row : rows) {
            html.append("<tr>");
            row.forEach(each -> html.append("<td>%s</td>".formatted(escaped(each))));
            html.append("</tr>");
        }
        html.append("</tbody></table></div>");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    // Data of the graphs

    private static String data(Measurements m) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = GENERATORS.createGenerator(text)) {
            json.writeStartObject().writeStartObject("timeline");
            for (TimelineColumn each : TimelineColumn.values()) {
                json.writeStartArray(each.title());
                m.timeline().forEach(row -> json.write(rounded(each.shown(row))));
                json.writeEnd();
            }
            json.writeEnd();
            curve(json, "intended", m.latency(LatencyKind.INTENDED));
            curve(json, "actual", m.latency(LatencyKind.ACTUAL));
            json.writeEnd();
        }
        return text.toString();
    }

    /** Latency in milliseconds over 1 / (1 - percentile), as HdrHistogram plots it. */
    private static void curve(JsonGenerator json, String name, Histogram histogram) {
        json.writeStartArray(name);
        for (HistogramIterationValue each : histogram.percentiles(CURVE_STEPS_PER_HALF)) {
            if (each.getPercentileLevelIteratedTo() < 100) {
                json.writeStartArray()
                        .write(rounded(1 / (1 - each.getPercentileLevelIteratedTo() / 100)))
                        .write(rounded(each.getValueIteratedTo() / 1e6))
                        .writeEnd();
            }
        }
        json.writeEnd();
    }

    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
    }
}
