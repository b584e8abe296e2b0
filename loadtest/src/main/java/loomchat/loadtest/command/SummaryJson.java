package loomchat.loadtest.command;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.StringWriter;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import loomchat.loadtest.history.Conditions;
import loomchat.loadtest.history.Machine;
import loomchat.loadtest.history.Regression;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.scenario.Threshold;
import loomchat.loadtest.verify.Reconciliation;
import org.HdrHistogram.Histogram;

/** {@code summary.json}: everything that the summary says, for programs. Times are in milliseconds. */
final class SummaryJson {
    private static final JsonGeneratorFactory GENERATORS =
            Json.createGeneratorFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));

    private static final Set<LatencyKind> OF_THE_GENERATOR = EnumSet.of(LatencyKind.LATENESS, LatencyKind.LAG);

    private SummaryJson() {}

    /** @param regression what the run was set beside, or null */
    static String of(Summary summary, Regression regression, int exitCode) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = GENERATORS.createGenerator(text)) {
            json.writeStartObject();
            head(summary, exitCode, json);
            if (regression == null) {
                json.writeNull("regression");
            } else {
                json.write("regression", regression.json());
            }
            if (summary.found() instanceof CapacitySearch.Found found) {
                json.writeStartObject("capacity")
                        .write(found.ofClients() ? "clients" : "sentPerSecond", rounded(found.value()))
                        .write("atLeast", found.atLeast())
                        .writeEnd();
            }
            if (summary.conditions() != null) {
                conditions(summary.conditions(), summary.measurements(), json);
            }
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
            generator(summary.measurements(), json);
            verdicts(summary, json);
            if (summary.share() != null) {
                server(summary.share(), json);
            }
            json.writeEnd();
        }
        return text.toString().strip() + "\n";
    }

    private static void head(Summary summary, int exitCode, JsonGenerator json) {
        Measurements m = summary.measurements();
        Measurements.RunInfo run = m.run();
        json.write("scenario", run.scenario())
                .write("target", run.target())
                .write("start", Instant.ofEpochMilli(run.startMillis()).toString())
                .write("seconds", rounded(run.sendSeconds()))
                .write("clients", run.clients())
                .write("seed", run.seed())
                .write("result", summary.result())
                .write("exitCode", exitCode)
                .write("verdict", summary.verdict())
                .write("valid", m.overload() == null)
                .write("interrupted", run.interrupted())
                .write("sentPerSecond", rounded(m.rate("sent")))
                .write("intendedPerSecond", rounded(m.wanted() / Math.max(0.001, run.sendSeconds())))
                .write("deliveredPerSecond", rounded(m.rate("delivered")));
    }

    /** What a later run is compared by. */
    private static void conditions(Conditions conditions, Measurements m, JsonGenerator json) {
        json.write("plays", conditions.plays()).writeStartObject("settings");
        conditions.settings().forEach(json::write);
        json.writeEnd();
        if (conditions.machine() instanceof Machine machine) {
            json.writeStartObject("machine")
                    .write("cpu", machine.cpu())
                    .write("cores", machine.cores())
                    .write("jdk", machine.jdk())
                    .write("os", machine.os())
                    .writeEnd();
        }
        if (conditions.serverRestarted()) {
            json.writeNull("serverProcess");
        } else if (!Double.isNaN(conditions.serverCpuSeconds())) {
            json.writeStartObject("serverProcess").write("cpuSeconds", rounded(conditions.serverCpuSeconds()));
            if (m.total("delivered") > 0) {
                json.write("cpuMicrosPerMessage", rounded(1e6 * conditions.serverCpuSeconds() / m.total("delivered")));
            }
            json.write("rssBytes", Math.round(conditions.serverRssBytes())).writeEnd();
        }
    }

    private static void latencies(Measurements m, JsonGenerator json) {
        json.writeStartObject("latencies");
        for (LatencyKind each : LatencyKind.values()) {
            boolean played = each != LatencyKind.SESSION && each != LatencyKind.SIGNAL
                    || m.latency(each).getTotalCount() > 0;
            if (played && !OF_THE_GENERATOR.contains(each)) {
                latency(each.tag(), m.latency(each), json);
            }
        }
        json.writeStartObject("personas");
        m.latencies().byPersona().forEach((name, messages) -> {
            json.writeStartObject(name);
            latency(LatencyKind.INTENDED.tag(), messages.intended(), json);
            latency(LatencyKind.ACTUAL.tag(), messages.actual(), json);
            json.writeEnd();
        });
        json.writeEnd().writeEnd();
    }

    private static void latency(String name, Histogram histogram, JsonGenerator json) {
        json.writeStartObject(name).write("count", histogram.getTotalCount());
        if (histogram.getTotalCount() > 0) {
            json.write("min", millis(histogram.getMinValue())).write("mean", millis(histogram.getMean()));
            for (String each : SummaryText.PERCENTILES) {
                json.write("p" + each, millis(histogram.getValueAtPercentile(Double.parseDouble(each))));
            }
            json.write("max", millis(histogram.getMaxValue()));
        }
        json.writeEnd();
    }

    private static void generator(Measurements m, JsonGenerator json) {
        GeneratorHealth g = m.generator();
        json.writeStartObject("generator");
        OF_THE_GENERATOR.forEach(each -> latency(each.tag(), m.latency(each), json));
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
        json.writeEnd().write("others", share.others()).writeEnd();
    }

    private static double millis(double nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
