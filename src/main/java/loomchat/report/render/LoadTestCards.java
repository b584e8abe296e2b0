package loomchat.report.render;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import loomchat.graph.TimeText;
import loomchat.html.HtmlWriter;
import loomchat.report.history.LoadTestRun;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.series.LogTimes;

/**
 * The verdicts of the newest load tests, of the whole history or of the range that was asked for. Each leads to its own
 * range. One thread.
 */
final class LoadTestCards {
    private static final int SHOWN = 3;
    /** Room at both sides of a run, so that its begin and its end can be seen. */
    private static final long LEAST_MARGIN_MILLIS = 3_000;

    private final HtmlWriter html;
    private final Report report;

    LoadTestCards(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() throws IOException {
        List<LoadTestRun> runs = asked(report);
        html.raw("<div data-part=\"verdicts\">");
        if (!report.loadTests().isEmpty()) {
            html.raw("<section aria-labelledby=\"tests\"><h2 id=\"tests\" class=\"visually-hidden\">Load tests</h2>");
            if (!runs.isEmpty()) {
                cards(runs.subList(0, Math.min(SHOWN, runs.size())));
            }
            String all = RangePicker.node(report.query()).replaceFirst("&", "?");
            html.element("a", "All load tests", "href", "/report/loadtest" + all, "class", "more-tests")
                    .raw("</section>");
        }
        html.raw("</div>\n");
    }

    /** Those of the whole history, or of the range that was asked for; the newest first. */
    static List<LoadTestRun> asked(Report report) {
        ReportQuery query = report.query();
        boolean isAsked = !query.isAll() && !ReportQuery.LAST.equals(query.range());
        return report.loadTests().stream()
                .filter(each -> !isAsked || each.overlaps(query.from(), query.to()))
                .toList();
    }

    private void cards(List<LoadTestRun> runs) throws IOException {
        html.raw("<ul class=\"verdicts\">\n");
        for (LoadTestRun each : runs) {
            card(each);
        }
        html.raw("</ul>");
    }

    private void card(LoadTestRun run) throws IOException {
        String verdict = run.verdict();
        html.raw("<li class=\"verdict " + tone(verdict) + "\"><h3>")
                .text(run.scenario().isEmpty() ? "load test" : run.scenario())
                .raw(" ")
                .element("span", verdict, "class", "chip " + tone(verdict));
        if (!run.end().valid() && !verdict.equals("overloaded")) {
            html.raw(" ").element("span", "not valid", "class", "chip warn");
        }
        html.raw("</h3><p class=\"soft\">");
        TimeText.time(html, run.from() == LogTimes.UNKNOWN ? run.to() : run.from());
        if (run.from() != LogTimes.UNKNOWN && run.to() != LogTimes.UNKNOWN) {
            html.text(", " + HumanFormat.duration((run.to() - run.from()) / 1000.0));
        }
        if (run.clients() >= 0) {
            html.text(", " + HumanFormat.count(run.clients()) + " clients");
        }
        if (!run.share().isEmpty()) {
            html.text(", share " + run.share());
        }
        html.raw("</p>");
        if (!run.end().missed().isEmpty()) {
            html.element("p", run.end().missed(), "class", "missed");
        }
        figures(run);
        links(run);
        html.raw("</li>\n");
    }

    static String tone(String verdict) {
        return switch (verdict) {
            case "passed" -> "good";
            case "failed" -> "bad";
            case "overloaded", "interrupted", "cut off" -> "warn";
            default -> "open";
        };
    }

    private void figures(LoadTestRun run) throws IOException {
        if (run.end().messagesPerSecond() < 0
                && run.end().lost() < 0
                && run.end().p99Millis() < 0) {
            return;
        }
        html.raw("<dl>");
        if (run.end().p99Millis() >= 0) {
            String p99 = HumanFormat.number(run.end().p99Millis()) + " ms";
            html.raw("<div>")
                    .element("dt", run.end().valid() ? "p99" : "p99, not valid")
                    .raw("<dd>");
            html.element(run.end().valid() ? "span" : "del", p99).raw("</dd></div>");
        }
        if (run.end().messagesPerSecond() >= 0) {
            figure("messages/s", HumanFormat.number(run.end().messagesPerSecond()));
        }
        if (run.end().lost() >= 0) {
            figure("lost", HumanFormat.count(run.end().lost()));
        }
        html.raw("</dl>");
    }

    private void figure(String name, String value) throws IOException {
        html.raw("<div>").element("dt", name).element("dd", value).raw("</div>");
    }

    private void links(LoadTestRun run) throws IOException {
        long from = run.from() == LogTimes.UNKNOWN ? run.to() - 60_000 : run.from();
        long to = run.to() == LogTimes.UNKNOWN ? report.axis().at() : run.to();
        long margin = Math.max(LEAST_MARGIN_MILLIS, (to - from) / 20);
        html.raw("<p class=\"links\">");
        html.element(
                "a",
                "Show this run",
                "href",
                "/report?from=" + (from - margin) + "&to=" + (to + margin) + RangePicker.node(report.query()),
                "data-zoom",
                "");
        String id = encoded(run.id());
        String node = RangePicker.node(report.query());
        html.element("a", "Details", "href", "/report/loadtest?id=" + id + node);
        LoadTestRun before = before(run);
        String other = before == null ? "" : "a=" + encoded(before.id()) + "&";
        html.element("a", "Compare…", "href", "/report/compare?" + other + "b=" + id + node);
        html.raw("</p>");
    }

    /** The run of the same scenario before it, of the same share, or null. */
    private LoadTestRun before(LoadTestRun run) {
        List<LoadTestRun> runs = report.loadTests();
        return runs.stream()
                .skip(runs.indexOf(run) + 1L)
                .filter(each -> each.scenario().equals(run.scenario())
                        && each.share().equals(run.share())
                        && !each.id().equals(run.id()))
                .findFirst()
                .orElse(null);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
