package loomchat.loadtest.command;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.scenario.Threshold;
import loomchat.loadtest.verify.Reconciliation;
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
            summary.measurements().totals().forEach(json::write);
            json.writeEnd();
            latencies(summary.measurements(), json);
            json.writeStartObject("errors");
            summary.measurements().errors().forEach(json::write);
            json.writeEnd();
            json.writeStartObject("examples");
            summary.measurements().examples().forEach(json::write);
            json.writeEnd();
            generator(summary.measurements().generator(), json);
            verdicts(summary, json);
            if (summary.share() != null) {
                server(summary.share(), json);
            }
            json.writeEnd();
        }
        return text.toString().strip() + "\n";
    }

    private static void head(Summary summary, JsonGenerator json) {
        Measurements m = summary.measurements();
        json.write("scenario", m.scenario())
                .write("target", m.target())
                .write("start", Instant.ofEpochMilli(m.startMillis()).toString())
                .write("seconds", rounded(m.sendSeconds()))
                .write("clients", m.clients())
                .write("seed", m.seed())
                .write("result", summary.result())
                .write("exitCode", summary.exitCode())
                .write("verdict", summary.verdict())
                .write("valid", m.overload() == null)
                .write("interrupted", m.interrupted())
                .write("sentPerSecond", rounded(m.total("sent") / Math.max(0.001, m.sendSeconds())))
                .write("intendedPerSecond", rounded(m.total("intended") / Math.max(0.001, m.sendSeconds())))
                .write("deliveredPerSecond", rounded(m.deliveredRate()));
    }

    private static void latencies(Measurements m, JsonGenerator json) {
        json.writeStartObject("latencies");
        latency("intended", m.intended(), json);
        latency("actual", m.actual(), json);
        latency("connect", m.connect(), json);
        latency("match", m.match(), json);
        latency("toSlowReaders", m.toSlowReaders(), json);
        latency("overResumes", m.overResumes(), json);
        json.writeStartObject("personas");
        m.byPersona().forEach((name, both) -> {
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
