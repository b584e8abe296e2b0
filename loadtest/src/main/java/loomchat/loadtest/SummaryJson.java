package loomchat.loadtest;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** {@code summary.json}: everything that the summary says, for programs. Times are in milliseconds. */
final class SummaryJson {
    private static final JsonGeneratorFactory GENERATORS =
            Json.createGeneratorFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));

    private SummaryJson() {}

    static String of(Summary summary) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = GENERATORS.createGenerator(text)) {
            json.writeStartObject();
            head(summary, json);
            json.writeStartObject("totals");
            summary.figures().totals().forEach(json::write);
            json.writeEnd();
            latencies(summary.figures(), json);
            json.writeStartObject("errors");
            summary.figures().errors().forEach(json::write);
            json.writeEnd();
            json.writeStartObject("examples");
            summary.figures().examples().forEach(json::write);
            json.writeEnd();
            generator(summary.figures().generator(), json);
            verdicts(summary, json);
            if (summary.share() != null) {
                server(summary.share(), json);
            }
            json.writeEnd();
        }
        return text.toString().strip() + "\n";
    }

    private static void head(Summary summary, JsonGenerator json) {
        Measurements f = summary.figures();
        json.write("scenario", f.scenario())
                .write("target", f.target())
                .write("start", Instant.ofEpochMilli(f.startMillis()).toString())
                .write("seconds", rounded(f.sendSeconds()))
                .write("clients", f.clients())
                .write("seed", f.seed())
                .write("result", summary.result())
                .write("exitCode", summary.exitCode())
                .write("verdict", summary.verdict())
                .write("valid", f.overload() == null)
                .write("interrupted", f.interrupted())
                .write("sentPerSecond", rounded(f.total("sent") / Math.max(0.001, f.sendSeconds())))
                .write("intendedPerSecond", rounded(f.total("intended") / Math.max(0.001, f.sendSeconds())))
                .write("deliveredPerSecond", rounded(f.deliveredRate()));
    }

    private static void latencies(Measurements f, JsonGenerator json) {
        json.writeStartObject("latencies");
        latency("intended", f.intended(), json);
        latency("actual", f.actual(), json);
        latency("connect", f.connect(), json);
        latency("match", f.match(), json);
        latency("toSlowReaders", f.toSlowReaders(), json);
        latency("overResumes", f.overResumes(), json);
        json.writeStartObject("personas");
        f.byPersona().forEach((name, both) -> {
            json.writeStartObject(name);
            latency("intended", both[0], json);
            latency("actual", both[1], json);
            json.writeEnd();
        });
        json.writeEnd().writeEnd();
    }

    private static void latency(String name, Histogram histogram, JsonGenerator json) {
        json.writeStartObject(name).write("count", histogram.getTotalCount());
        if (histogram.getTotalCount() > 0) {
            json.write("min", millis(histogram.getMinValue())).write("mean", millis(histogram.getMean()));
            for (String each : Summary.PERCENTILES) {
                json.write("p" + each, millis(histogram.getValueAtPercentile(Double.parseDouble(each))));
            }
            json.write("max", millis(histogram.getMaxValue()));
        }
        json.writeEnd();
    }

    private static void generator(Measurements.Generator g, JsonGenerator json) {
        json.writeStartObject("generator");
        latency("lateness", g.lateness(), json);
        latency("lag", g.lag(), json);
        json.write("cpuSeconds", rounded(g.cpuSeconds()))
                .write("gcShare", rounded(g.gcShare()))
                .write("peakRssBytes", g.peakRssBytes())
                .write("loops", g.loops())
                .writeEnd();
    }

    private static void verdicts(Summary summary, JsonGenerator json) {
        json.writeStartArray("thresholds");
        for (Threshold.Outcome each : summary.outcomes()) {
            json.writeStartObject()
                    .write("threshold", each.threshold().text())
                    .write("value", each.shown())
                    .write("met", each.met())
                    .writeEnd();
        }
        json.writeEnd().writeStartArray("reconciliation");
        for (Reconciliation.Comparison each : summary.reconciled()) {
            json.writeStartObject()
                    .write("what", each.what())
                    .write("least", each.least())
                    .write("most", each.most())
                    .write("server", each.server())
                    .write("agrees", each.agrees())
                    .writeEnd();
        }
        json.writeEnd().writeStartArray("notes");
        summary.notes().forEach(json::write);
        json.writeEnd();
    }

    private static void server(Reconciliation share, JsonGenerator json) {
        json.writeStartObject("server").write("echo", share.echo()).writeStartObject("before");
        share.before().forEach(json::write);
        json.writeEnd().writeStartObject("after");
        share.after().forEach(json::write);
        json.writeEnd().writeEnd();
    }

    private static double millis(double nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
