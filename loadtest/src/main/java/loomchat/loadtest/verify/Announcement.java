package loomchat.loadtest.verify;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.Threshold;
import org.HdrHistogram.Histogram;

/** What the server is told of a run, for the page that its report has of it. Times are in milliseconds. No state. */
public final class Announcement {
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());
    /** What fits into the announcement that a server takes. */
    private static final int MOST_THRESHOLDS = 30;

    private static final int MOST_POINTS = 60;
    /** In seconds. */
    private static final double HALF_A_ROW = 0.5;

    private static final List<String> PERCENTILES = List.of("50", "90", "99", "99.9", "99.99");
    private static final List<String> COUNTS = List.of(
            "attempts",
            "connected",
            "mostConnected",
            "failed",
            "matched",
            "asked",
            "intended",
            "sent",
            "delivered",
            "deliveredInTime",
            "cutOff",
            "notTaken",
            "missed",
            "unconfirmed",
            "violations");
    private static final Set<LatencyKind> TOLD = EnumSet.of(
            LatencyKind.INTENDED, LatencyKind.ACTUAL, LatencyKind.CONNECT, LatencyKind.MATCH, LatencyKind.SIGNAL);
    /** How late this client was itself, without which nobody knows whose a latency is. */
    private static final Set<LatencyKind> OF_THE_GENERATOR = EnumSet.of(LatencyKind.LATENESS, LatencyKind.LAG);

    private Announcement() {}

    /**
     * @param share which part of the users this process plays, from 1; what is told of users and messages is of that
     * @param shares in how many parts the users are divided
     */
    public static JsonObject ofStart(Scenario scenario, List<URI> urls, int share, int shares) {
        // Every shares-th user.
        int clients = (scenario.clients() - share + shares) / shares;
        JsonObjectBuilder json = BUILDERS.createObjectBuilder()
                .add("clients", clients)
                .add("target", cut(urls.stream().map(Announcement::plain).collect(Collectors.joining(", ")), 200))
                .add("seed", scenario.seed())
                .add("durationMillis", scenario.duration() / 1_000_000)
                .add("protocol", cut(distinct(scenario.personas().stream().map(each -> "" + each.protocol())), 60))
                .add("personas", cut(distinct(scenario.personas().stream().map(Announcement::weighted)), 300));
        if (scenario.load().rate() > 0) {
            json.add("ratePerSecond", Math.round((double) scenario.load().rate() * clients / scenario.clients()));
        }
        if (shares > 1) {
            json.add("share", share + " of " + shares);
        }
        List<Persona> senders =
                scenario.personas().stream().filter(Persona::sends).toList();
        if (!senders.isEmpty()) {
            json.add(
                    "messageBytes",
                    cut(
                            distinct(senders.stream()
                                    .map(each -> size(each.sending().bytes()))),
                            60));
        }
        return json.build();
    }

    public static JsonObject ofEnd(Measurements m, List<Threshold.Outcome> outcomes, String verdict) {
        JsonObjectBuilder json = BUILDERS.createObjectBuilder()
                .add("verdict", cut(verdict, 600))
                .add("seconds", rounded(m.run().sendSeconds()))
                .add("valid", m.overload() == null);
        JsonArrayBuilder thresholds = BUILDERS.createArrayBuilder();
        outcomes.stream().limit(MOST_THRESHOLDS).map(Announcement::threshold).forEach(thresholds::add);
        JsonObjectBuilder counts = BUILDERS.createObjectBuilder();
        COUNTS.stream()
                .filter(each -> !each.equals("asked") || m.total(each) > 0)
                .forEach(each -> counts.add(each, m.total(each)));
        RunCounters.FAULTS.forEach(each -> counts.add(each, m.total(each)));
        Stream.of(RunCounters.IDENTITY_FAULTS, RunCounters.CALL_FAULTS)
                .flatMap(List::stream)
                .filter(each -> m.total(each) > 0)
                .forEach(each -> counts.add(each, m.total(each)));
        JsonObjectBuilder latencies = BUILDERS.createObjectBuilder();
        TOLD.stream()
                .filter(each -> m.latency(each).getTotalCount() > 0)
                .forEach(each -> latencies.add(each.tag(), percentiles(m.latency(each))));
        JsonObjectBuilder generator = BUILDERS.createObjectBuilder();
        OF_THE_GENERATOR.stream()
                .filter(each -> m.latency(each).getTotalCount() > 0)
                .forEach(each -> generator.add(each.tag(), percentiles(m.latency(each))));
        return json.add("thresholds", thresholds)
                .add("counts", counts)
                .add("latencies", latencies)
                .add("timeline", timeline(m))
                .add("generator", generator)
                .build();
    }

    /** Of a run without results: why there are none. Addresses in it lose what may be secret. */
    public static JsonObject ofFailure(String why) {
        String said = why.replaceAll("(wss?://)[^/\\s@]*@", "$1").replaceAll("(wss?://[^\\s?]*)\\?[^\\s:;]*", "$1");
        return BUILDERS.createObjectBuilder()
                .add("verdict", cut("FAILED: " + said, 600))
                .build();
    }

    /** An address without what may be secret: a user's name and password, and a query. */
    private static String plain(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + (url.getRawPath() == null ? "" : url.getRawPath());
    }

    private static String weighted(Persona persona) {
        return persona.name() + " " + persona.weight();
    }

    private static String size(Quantity bytes) {
        return bytes.low() == bytes.high() ? "" + bytes.low() : bytes.low() + ".." + bytes.high();
    }

    private static String distinct(Stream<String> all) {
        return all.distinct().collect(Collectors.joining(", "));
    }

    private static String cut(String text, int most) {
        String plain = text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
        return plain.length() <= most ? plain : plain.substring(0, most - 1) + "…";
    }

    private static JsonObject threshold(Threshold.Outcome outcome) {
        return BUILDERS.createObjectBuilder()
                .add("threshold", cut(outcome.threshold().text(), 80))
                .add("value", cut(outcome.shown(), 40))
                .add("met", outcome.met())
                .build();
    }

    private static JsonObject percentiles(Histogram histogram) {
        JsonObjectBuilder json = BUILDERS.createObjectBuilder().add("count", histogram.getTotalCount());
        for (String each : PERCENTILES) {
            json.add("p" + each, millis(histogram.getValueAtPercentile(Double.parseDouble(each))));
        }
        return json.add("max", millis(histogram.getMaxValue())).build();
    }

    /**
     * At most {@link #MOST_POINTS} means of equally many rows from the start to the end of sending; 0 where nothing
     * arrived, so that each stands at its time.
     */
    private static JsonObject timeline(Measurements m) {
        List<TimelineRow> rows = m.timeline().stream()
                .filter(row -> row.get(TimelineColumn.SECONDS) < m.run().sendSeconds() + HALF_A_ROW)
                .toList();
        int together = Math.max(1, (rows.size() + MOST_POINTS - 1) / MOST_POINTS);
        JsonObjectBuilder json = BUILDERS.createObjectBuilder();
        Map.of("p50", TimelineColumn.P50, "p99", TimelineColumn.P99).forEach((name, column) -> {
            JsonArrayBuilder points = BUILDERS.createArrayBuilder();
            for (int row = 0; row < rows.size(); row += together) {
                points.add(millis(rows.subList(row, Math.min(rows.size(), row + together)).stream()
                        .mapToDouble(each -> each.get(column))
                        .filter(each -> each > 0)
                        .average()
                        .orElse(0)));
            }
            json.add(name, points);
        });
        return json.build();
    }

    private static BigDecimal millis(double nanos) {
        return rounded(nanos / 1e6);
    }

    private static BigDecimal rounded(double value) {
        return new BigDecimal(value).round(new MathContext(4));
    }
}
