package loomchat.web;

import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import loomchat.html.PageFrame;
import loomchat.report.ReportService;
import loomchat.report.compare.CompareJson;
import loomchat.report.compare.ComparePage;
import loomchat.report.compare.CompareQuery;
import loomchat.report.compare.CompareQuery.UnknownLoadTest;
import loomchat.report.compare.LoadTest;
import loomchat.report.compare.LoadTestList;
import loomchat.report.compare.LoadTestPage;
import loomchat.report.compare.LoadTests;
import loomchat.report.history.InvalidQuery;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.OperatorAccess;
import loomchat.web.access.TrustedProxies;
import loomchat.web.response.Responses;

/**
 * {@code /report/loadtest}, {@code /report/compare} and {@code /report/compare.json}. Request threads wait for shared
 * scans, one after the other: of everything, for the load tests, then of each range.
 */
final class CompareRoutes implements HttpService {
    private static final String HTML = "text/html; charset=utf-8";
    private static final Set<String> OF_A_TEST = Set.of("id", "node");
    private static final Set<String> OF_TWO = Set.of("a", "b", "node");
    private static final Set<String> OF_THE_FORM = Set.of("a", "b", "aFrom", "aTo", "bFrom", "bTo", "node");

    private final ReportService reports;
    private final ReportAnswers answers;
    private final OperatorAccess access;

    /** Makes the content of a page. */
    private interface Maker {
        void make(ServerRequest request, ServerResponse response, Parameters query)
                throws ReportService.Unavailable, InterruptedException;
    }

    CompareRoutes(ReportService reports, TrustedProxies proxies, AddressLimits limits, OperatorAccess access) {
        this.access = access;
        this.reports = reports;
        answers = new ReportAnswers(proxies, limits, access);
    }

    @Override
    public void routing(HttpRules rules) {
        Responses.page(rules, "/report/loadtest", answer(OF_A_TEST, this::loadTest));
        Responses.page(rules, "/report/compare", answer(OF_THE_FORM, this::compare));
        Responses.page(rules, "/report/compare.json", answer(OF_TWO, this::json));
    }

    private Handler answer(Set<String> parameters, Maker maker) {
        return answers.of((request, response) -> {
            Parameters query = Responses.query(request);
            for (String name : query.names()) {
                if (!parameters.contains(name)) {
                    throw new InvalidQuery(Responses.shown(name) + " is not known: "
                            + String.join(", ", parameters.stream().sorted().toList()) + " may be given");
                }
            }
            maker.make(request, response, query);
        });
    }

    private void loadTest(ServerRequest request, ServerResponse response, Parameters query)
            throws ReportService.Unavailable, InterruptedException {
        LoadTests known = known(query);
        String id = first(query, "id");
        if (id.isEmpty()) {
            send(request, response, LoadTestList.page(known));
            return;
        }
        LoadTest test = known.find(id).orElse(null);
        if (test == null) {
            response.status(Status.NOT_FOUND_404);
            send(request, response, LoadTestList.notFound(known, Responses.shown(id)));
            return;
        }
        ReportQuery range = LoadTestPage.range(known, test).query();
        send(request, response, reports.ask(range, report -> LoadTestPage.of(known, test, seen(request, report))));
    }

    private void compare(ServerRequest request, ServerResponse response, Parameters query)
            throws ReportService.Unavailable, InterruptedException {
        if (query.contains("aFrom")) {
            // The form has a field for each end of a range; the address to share has a range.
            response.status(Status.SEE_OTHER_303);
            response.header(
                    HeaderNames.LOCATION,
                    "/report/compare?a=" + range(query, "aFrom", "aTo") + "&b=" + range(query, "bFrom", "bTo")
                            + (first(query, "node").isEmpty()
                                    ? ""
                                    : "&node=" + URLEncoder.encode(first(query, "node"), StandardCharsets.UTF_8)));
            response.send();
            return;
        }
        LoadTests known = known(query);
        String a = first(query, "a");
        String b = first(query, "b");
        if (a.isEmpty() || b.isEmpty()) {
            send(request, response, ComparePage.choose(known, a, b, ""));
            return;
        }
        try {
            CompareQuery sides = CompareQuery.of(a, b, known);
            Report reportA = reports.ask(sides.a().query(), report -> report);
            send(
                    request,
                    response,
                    reports.ask(
                            sides.b().query(),
                            reportB -> ComparePage.of(known, sides.a(), reportA, sides.b(), seen(request, reportB))));
        } catch (UnknownLoadTest e) {
            response.status(Status.NOT_FOUND_404);
            send(request, response, ComparePage.choose(known, a, b, e.getMessage()));
        } catch (InvalidQuery e) {
            response.status(Status.BAD_REQUEST_400);
            send(request, response, ComparePage.choose(known, a, b, e.getMessage()));
        }
    }

    private void json(ServerRequest request, ServerResponse response, Parameters query)
            throws ReportService.Unavailable, InterruptedException {
        try {
            CompareQuery sides = CompareQuery.of(first(query, "a"), first(query, "b"), known(query));
            Report reportA = reports.ask(sides.a().query(), report -> report);
            byte[] json =
                    reports.ask(sides.b().query(), reportB -> CompareJson.of(sides.a(), reportA, sides.b(), reportB));
            response.header(HeaderNames.CONTENT_TYPE, "application/json");
            Responses.send(request, response, json);
        } catch (UnknownLoadTest e) {
            Responses.line(request, response, Status.NOT_FOUND_404, e.getMessage());
        }
    }

    private LoadTests known(Parameters query) throws ReportService.Unavailable, InterruptedException {
        String node = first(query, "node").isEmpty() ? null : first(query, "node");
        reports.check(ReportQuery.ALL.of(node));
        return reports.ask(ReportQuery.ALL, report -> LoadTests.of(report).of(node));
    }

    private boolean isOthers(ServerRequest request) {
        return access.operator(request.remotePeer().address(), request.headers()) == null;
    }

    /** A public report tells others no names of servers. */
    private Report seen(ServerRequest request, Report report) {
        return isOthers(request) ? report.forVisitors() : report;
    }

    /** A public report has no operators' links for others. */
    private void send(ServerRequest request, ServerResponse response, byte[] page) {
        response.header(HeaderNames.CONTENT_TYPE, HTML);
        Responses.send(request, response, isOthers(request) ? PageFrame.forVisitors(page, "/report") : page);
    }

    private static String range(Parameters query, String from, String to) {
        return URLEncoder.encode(first(query, from) + ".." + first(query, to), StandardCharsets.UTF_8);
    }

    /** Empty without one. */
    private static String first(Parameters query, String name) {
        return query.contains(name) ? query.get(name) : "";
    }
}
