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
import java.util.Set;
import java.util.function.Function;
import loomchat.report.Answer;
import loomchat.report.Query;
import loomchat.report.ReportService;

/**
 * {@code /report}, {@code /report.json}, {@code /report.csv} and the graph library they need. Request threads wait for a shared
 * scan and its form; nothing here touches a log file.
 */
public final class ReportRoutes implements HttpService {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Set<String> PARAMETERS = Set.of("range", "from", "to", "bucket", "rescan");

    private final ReportService reports;
    private final byte[] uPlotScript = resource("uPlot.iife.min.js");
    private final byte[] uPlotStyle = resource("uPlot.min.css");

    public ReportRoutes(ReportService reports) {
        this.reports = reports;
    }

    @Override
    public void routing(HttpRules rules) {
        serve(rules, "/report", answer("text/html; charset=utf-8", Answer::page));
        serve(rules, "/report.json", answer("application/json", Answer::json));
        serve(rules, "/report.csv", answer("text/csv; charset=utf-8", Answer::csv));
        serve(rules, "/report/uPlot.js", asset("text/javascript; charset=utf-8", uPlotScript));
        serve(rules, "/report/uPlot.css", asset("text/css; charset=utf-8", uPlotStyle));
    }

    private static void serve(HttpRules rules, String path, Handler handler) {
        rules.get(path, handler).head(path, handler);
    }

    private Handler answer(String type, Function<Answer, byte[]> form) {
        return (request, response) -> {
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            try {
                byte[] bytes = reports.ask(query(request), form);
                response.header(HeaderNames.CONTENT_TYPE, type);
                Replies.send(request, response, bytes);
            } catch (Query.InvalidQuery e) {
                Replies.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
            } catch (ReportService.Unavailable e) {
                response.header(HeaderNames.RETRY_AFTER, "1");
                Replies.line(request, response, Status.SERVICE_UNAVAILABLE_503, e.getMessage());
            }
        };
    }

    private Query query(ServerRequest request) {
        Parameters query = Replies.query(request);
        for (String name : query.names()) {
            if (!PARAMETERS.contains(name)) {
                throw new Query.InvalidQuery(
                        Replies.shown(name) + " is not known: range, from, to, bucket and rescan are");
            }
        }
        return reports.query(
                first(query, "range"),
                first(query, "from"),
                first(query, "to"),
                first(query, "bucket"),
                query.contains("rescan"));
    }

    private static String first(Parameters query, String name) {
        return query.contains(name) ? query.get(name) : null;
    }

    private static Handler asset(String type, byte[] bytes) {
        return (request, response) -> {
            response.header(HeaderNames.CONTENT_TYPE, type);
            response.header(HeaderNames.CACHE_CONTROL, "max-age=86400");
            Replies.send(request, response, bytes);
        };
    }

    private static byte[] resource(String name) {
        try (InputStream in = ReportRoutes.class.getResourceAsStream(UPLOT + name)) {
            if (in == null) {
                throw new IllegalStateException("The program lacks the file " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
