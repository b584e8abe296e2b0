package loomchat.report.compare;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loomchat.graph.TimeText;
import loomchat.graph.Unit;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Report;
import loomchat.report.render.HumanFormat;
import loomchat.report.series.ChatCount;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;

/** The page of a load test: what its client said, and beside it what the server saw in that time. */
public final class LoadTestPage {
    private static final Pattern CONDITION = Pattern.compile("(\\S+) ?(<=|>=|==|<|>) ?(.+)");

    private final ComparePages page;
    private final HtmlWriter html;
    private final LoadTests known;
    private final LoadTest test;
    private final Report report;
    private final Comparison.Side side;

    private LoadTestPage(ComparePages page, LoadTests known, LoadTest test, Report report) {
        this.page = page;
        this.html = page.html;
        this.known = known;
        this.test = test;
        this.report = report;
        this.side = Comparison.Side.of(ComparedRange.of(test, known), report);
    }

    /** What to read for the page of this test. */
    public static ComparedRange range(LoadTests known, LoadTest test) {
        return ComparedRange.of(test, known);
    }

    public static byte[] of(LoadTests known, LoadTest test, Report report) {
        return ComparePages.page("Load test " + test.id(), page -> new LoadTestPage(page, known, test, report).write());
    }

    private void write() throws IOException {
        heading();
        gone();
        html.raw("<div class=\"columns\">\n");
        setUp();
        thresholds();
        html.raw("</div>\n");
        counts();
        latencies();
        server();
        html.raw("<section aria-labelledby=\"course\"><h2 id=\"course\">Since the start</h2>\n");
        page.graphs(OverlayGraphs.of(List.of(side)), test.id());
        html.raw("</section>\n");
        marks();
    }

    private void heading() throws IOException {
        html.raw("<div class=\"row head\">").element("h1", "Load test " + test.played());
        page.result(test);
        html.raw("<p class=\"soft\">").text(test.id() + ", ");
        page.when(test, known.now());
        html.raw("</p></div>\n");
        if (!test.verdict().equalsIgnoreCase(test.result())) {
            html.element(
                    "p", test.verdict(), "class", test.hasPassed() ? "notice good" : "notice bad", "id", "verdict");
        }
        keyFigures();
        html.raw("<p class=\"row\">");
        var before = known.before(test);
        if (before.isPresent()) {
            page.link(
                    ComparePages.compareAddress(before.get().id(), test.id(), known.node()),
                    "Compare with the run before",
                    "button primary");
        }
        page.link(
                "/report/compare?b=" + ComparePages.encoded(test.id()) + ComparePages.node(known.node()),
                "Compare with another",
                "button");
        page.link(
                "/report?from=" + Instant.ofEpochMilli(test.start()) + "&to="
                        + Instant.ofEpochMilli(test.endOr(known.now()))
                        + ComparePages.node(report.query().node()),
                "Report of that time",
                "button");
        html.raw("</p>\n");
    }

    /** What a reader looks for first; the rest is below. */
    private void keyFigures() throws IOException {
        html.raw("<dl class=\"tiles\" id=\"keys\">");
        if (!Double.isNaN(test.p99())) {
            String of = test.isValid() ? test.ownPart().isEmpty() ? "" : ", mostly the client's own" : ", not valid";
            page.tile("p99" + of, Unit.MILLIS.format(test.p99()));
        }
        if (!Double.isNaN(test.deliveredPerSecond())) {
            page.tile("Delivered a second", HumanFormat.number(test.deliveredPerSecond()));
        }
        if (!Double.isNaN(test.count("lost"))) {
            page.tile("Lost", HumanFormat.count(Math.round(test.count("lost"))));
        }
        page.tile("CPU a message, under load", Unit.MICROS.format(side.value(Metric.CPU_PER_MESSAGE)));
        html.raw("</dl>\n");
    }

    /** Retention has removed lines. */
    private void gone() throws IOException {
        if (known.sumsSince() != LogTimes.UNKNOWN && known.sumsSince() > test.start()) {
            html.raw("<p class=\"notice warn\">What the server had recorded until ");
            TimeText.time(html, known.sumsSince());
            html.raw(" was removed to make room, with its sums. What is still known of that part: all that the load"
                    + " test's client told. The server's own numbers are of the rest alone.</p>");
        } else if (known.linesSince() != LogTimes.UNKNOWN && known.linesSince() > test.start()) {
            html.element(
                    "p",
                    "The single lines of that time were removed to make room. What is still known: all that its client"
                            + " told, and the sums that were kept of the server's lines, mostly by the minute. Counts at"
                            + " the ends of the load test may be off by a part of that.",
                    "class",
                    "notice warn");
        }
    }

    private void setUp() throws IOException {
        page.openCard("set-up", "What was played");
        SequencedMap<String, String> facts = new LinkedHashMap<>(SetUp.of(side.range(), report));
        page.facts(facts);
        page.closeCard();
    }

    private void thresholds() throws IOException {
        page.openCard("thresholds", "Thresholds");
        if (test.thresholds().isEmpty()) {
            html.element(
                    "p",
                    test.hasEnded()
                            ? "Its client told none."
                            : test.state().equals("running")
                                    ? "It runs: its client tells them at the end."
                                    : report.crashes() > 0
                                            ? "It was cut off by a crash of the server, before its client could tell them."
                                            : "It was cut off: its client or the server ended before it could tell them.",
                    "class",
                    "soft");
        } else {
            page.openTable("Thresholds", "What", "Measured", "Allowed", "Met");
            for (LoadTest.Threshold each : test.thresholds()) {
                Matcher parts = CONDITION.matcher(each.text());
                boolean whole = parts.matches();
                html.raw("<tr>").element("th", whole ? parts.group(1) : each.text(), "scope", "row");
                page.number(each.value());
                page.number(whole ? parts.group(2) + " " + parts.group(3) : "");
                html.raw("<td class=\"number\">");
                page.chip(each.met() ? "met" : "missed", each.met() ? "good" : "bad");
                html.raw("</td></tr>\n");
            }
            page.closeTable();
        }
        page.closeCard();
    }

    private void counts() throws IOException {
        SequencedMap<String, Double> counts = test.counts();
        if (counts.isEmpty()) {
            return;
        }
        html.raw("<section aria-labelledby=\"counts\"><h2 id=\"counts\">As the client counted</h2>");
        if (!test.share().isEmpty()) {
            soft("The client is share " + test.share() + ": it counts its own users, and their messages alone.");
        }
        html.raw("<dl class=\"tiles\">");
        for (Map.Entry<String, Double> each : counts.entrySet()) {
            page.tile(name(each.getKey()), HumanFormat.count(Math.round(each.getValue())));
        }
        html.raw("</dl></section>\n");
    }

    private static String name(String count) {
        for (Fault each : Fault.values()) {
            if (each.key.equals(count)) {
                return each.title;
            }
        }
        String words = count.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return ComparePages.upperFirst(words);
    }

    private void latencies() throws IOException {
        if (test.latencies().isEmpty()) {
            return;
        }
        page.openCard("latencies", "Latency, as the client measured");
        Set<String> figures = new LinkedHashSet<>();
        test.latencies().values().forEach(each -> figures.addAll(each.keySet()));
        String[] columns = Stream.concat(Stream.of("Of"), figures.stream()).toArray(String[]::new);
        if (!test.isValid()) {
            html.element(
                    "p",
                    "Not valid: the load generator was itself too slow, so these times say little of the server.",
                    "class",
                    "notice warn");
        }
        if (!test.ownPart().isEmpty()) {
            html.element("p", test.ownPart(), "class", "notice warn", "id", "own");
        }
        page.openTable("Latency", columns);
        for (var kind : test.latencies().entrySet()) {
            html.raw("<tr>").element("th", Names.title(kind.getKey()), "scope", "row");
            for (String figure : figures) {
                double value = kind.getValue().getOrDefault(figure, Double.NaN);
                page.number(figure.equals("count") ? Unit.COUNT.format(value) : Unit.MILLIS.format(value));
            }
            html.raw("</tr>\n");
        }
        page.closeTable();
        page.closeCard();
    }

    private void server() throws IOException {
        html.raw("<section aria-labelledby=\"server\"><h2 id=\"server\">As the server saw it</h2>");
        if (!test.share().isEmpty()) {
            soft("All shares that were played in this time, and everybody else who was there.");
        }
        if (report.crowd() != null) {
            soft(report.crowd().sentence());
        }
        if (report.hasChoices()) {
            soft("Counted: " + ComparePages.counted(report) + told() + ".");
            page.servers(known, "As announced", test.nodes(), "/report/loadtest?id=" + ComparePages.encoded(test.id()));
        }
        if (report.goneDown() > 0) {
            html.element("p", ComparePages.down(report) + ".", "class", "notice warn", "id", "down");
        }
        html.raw("<dl class=\"tiles\">");
        page.tile("CPU a message, under load", Unit.MICROS.format(side.value(Metric.CPU_PER_MESSAGE)));
        page.tile("Messages relayed", HumanFormat.count(report.chat().count(ChatCount.MESSAGES)));
        page.tile("Relayed a second, by samples", HumanFormat.number(side.value(Metric.MESSAGES)));
        page.tile("Text relayed", HumanFormat.bytes(report.chat().count(ChatCount.BYTES)));
        page.tile("CPU", Unit.PERCENT.format(side.value(Metric.CPU)));
        page.tile("CPU at most", report.peak(SampleColumn.CPU_PERCENT).text(Unit.PERCENT::format));
        page.tile("Memory at most", report.peak(SampleColumn.RSS_BYTES).text(Unit.BYTES::format));
        page.tile("Heap at most", report.peak(SampleColumn.HEAP_USED_BYTES).text(Unit.BYTES::format));
        page.tile("Garbage collection", Unit.MILLIS_RATE.format(side.value(Metric.GC)));
        page.tile("Connections at most", report.peak(SampleColumn.CONNECTIONS).text(Unit.COUNT::format));
        page.tile("Connections", HumanFormat.count(report.chat().count(ChatCount.CONNECTIONS)));
        page.tile("Matches", HumanFormat.count(report.chat().count(ChatCount.MATCHES)));
        page.tile("Crashes", HumanFormat.count(report.crashes()));
        html.raw("</dl></section>\n");
    }

    /** How the servers that count were chosen. */
    private String told() {
        boolean isTold = test.nodes().containsAll(side.range().nodes());
        return known.node() != null
                ? " alone"
                : isTold
                        ? ", to which the load test was announced"
                        : ", the crowd to which the load test was announced";
    }

    private void soft(String text) throws IOException {
        html.element("p", text, "class", "soft");
    }

    private void marks() throws IOException {
        var marks = side.range().marks(report);
        if (marks.isEmpty()) {
            return;
        }
        page.openCard("marks", "What happened meanwhile");
        html.raw("<ul class=\"marks\">");
        for (GraphMark mark : marks) {
            html.raw("<li><span class=\"mono\">");
            TimeText.time(html, mark.millis());
            html.raw("</span>");
            page.chip(mark.kind().label, mark.kind() == GraphMark.Kind.CRASH ? "bad" : "");
            html.element("span", mark.text(), "class", "soft").raw("</li>");
        }
        html.raw("</ul>\n");
        page.closeCard();
    }
}
