package loomchat.web;

import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.Set;
import loomchat.report.ReportService;
import loomchat.report.history.InvalidQuery;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.RenderedReport;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.OperatorAccess;
import loomchat.web.access.TrustedProxies;
import loomchat.web.response.Asset;
import loomchat.web.response.Responses;

/**
 * {@code /report}, {@code /report.json}, {@code /report.csv} and the graph library of the page. Request threads wait
 * for a shared scan and its rendering; nothing here touches a log file.
 */
final class ReportRoutes implements HttpService {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Set<String> PARAMETERS = Set.of("range", "from", "to", "bucket", "rescan", "node", "event");

    private final ReportService reports;
    private final ReportAnswers answers;
    private final OperatorAccess access;

    ReportRoutes(ReportService reports, TrustedProxies proxies, AddressLimits limits, OperatorAccess access) {
        this.reports = reports;
        this.access = access;
        answers = new ReportAnswers(proxies, limits, access);
    }

    @Override
    public void routing(HttpRules rules) {
        Responses.pageAndSlash(rules, "/report", answer("text/html; charset=utf-8", RenderedReport.Form.PAGE));
        Responses.page(rules, "/report.json", answer("application/json", RenderedReport.Form.JSON));
        Responses.page(rules, "/report.csv", answer("text/csv; charset=utf-8", RenderedReport.Form.CSV));
        Responses.page(rules, "/report/uPlot.js", uPlot("text/javascript; charset=utf-8", "uPlot.iife.min.js"));
        Responses.page(rules, "/report/uPlot.css", uPlot("text/css; charset=utf-8", "uPlot.min.css"));
    }

    private Handler answer(String type, RenderedReport.Form form) {
        return answers.of((request, response) -> {
            ReportQuery query = query(request, form);
            if (query.rescan() && !mayRescan(request)) {
                Responses.line(
                        request,
                        response,
                        Status.FORBIDDEN_403,
                        "Only an operator may ask for rescan, and no page of another site");
                return;
            }
            boolean zip = Responses.mayZip(request, response);
            byte[] bytes = reports.ask(query, seen(form, request), zip);
            response.header(HeaderNames.CONTENT_TYPE, type);
            Responses.send(request, response, bytes, zip);
        });
    }

    /** A public report has no operators' links for others. */
    private RenderedReport.Form seen(RenderedReport.Form form, ServerRequest request) {
        boolean others = access.operator(request.remotePeer().address(), request.headers()) == null;
        return form == RenderedReport.Form.PAGE && others ? RenderedReport.Form.PUBLIC_PAGE : form;
    }

    /** It costs a scan of everything: no link on another site's page may start one. */
    private boolean mayRescan(ServerRequest request) {
        SocketAddress peer = request.remotePeer().address();
        return access.operator(peer, request.headers()) != null && !access.isForeign(peer, request.headers());
    }

    /** The page shows the last activity unless something else is asked for, all others everything. */
    private ReportQuery query(ServerRequest request, RenderedReport.Form form) {
        Parameters query = Responses.query(request);
        for (String name : query.names()) {
            if (!PARAMETERS.contains(name)) {
                throw new InvalidQuery(
                        Responses.shown(name) + " is not known: range, from, to, bucket, node, event and rescan are");
            }
        }
        boolean bounded = query.contains("range") || query.contains("from") || query.contains("to");
        return reports.query(
                form == RenderedReport.Form.PAGE && !bounded ? ReportQuery.LAST : first(query, "range"),
                first(query, "from"),
                first(query, "to"),
                first(query, "bucket"),
                query.contains("rescan"),
                first(query, "node"),
                first(query, "event"));
    }

    private static String first(Parameters query, String name) {
        return query.contains(name) ? query.get(name) : null;
    }

    private static Handler uPlot(String type, String name) {
        try (InputStream in = ReportRoutes.class.getResourceAsStream(UPLOT + name)) {
            if (in == null) {
                throw new IllegalStateException("The program lacks the file " + name);
            }
            Asset asset = Asset.of(type, in.readAllBytes());
            return (request, response) -> asset.send(request, response, "max-age=86400");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
