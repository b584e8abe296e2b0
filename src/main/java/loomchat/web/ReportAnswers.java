package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import loomchat.html.PageFrame;
import loomchat.html.RefusedPage;
import loomchat.report.ReportService;
import loomchat.report.history.InvalidQuery;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.OperatorAccess;
import loomchat.web.access.TrustedProxies;
import loomchat.web.response.Responses;

/**
 * What all answers from the report share: how often an address may ask, and how a refusal reads: a page for a browser
 * that goes there, a line for all others. Any thread.
 */
final class ReportAnswers {
    private static final SequencedMap<String, String> WAYS = new LinkedHashMap<>();

    static {
        WAYS.put("/report", "Last activity");
        WAYS.put("/report?range=all", "Whole history");
        WAYS.put("/report/loadtest", "Load tests");
    }

    private final TrustedProxies proxies;
    private final AddressLimits limits;
    private final OperatorAccess access;

    /** Makes one answer, on the request's thread. */
    interface Maker {
        /** @throws InvalidQuery what was asked cannot be, which the client is told */
        void make(ServerRequest request, ServerResponse response)
                throws ReportService.Unavailable, InterruptedException;
    }

    ReportAnswers(TrustedProxies proxies, AddressLimits limits, OperatorAccess access) {
        this.proxies = proxies;
        this.limits = limits;
        this.access = access;
    }

    Handler of(Maker maker) {
        return (request, response) -> {
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            var client = proxies.client(request.remotePeer().address(), request.headers());
            if (!limits.mayAskForReport(client.address())) {
                response.header(HeaderNames.RETRY_AFTER, "1");
                refuse(
                        request,
                        response,
                        Status.TOO_MANY_REQUESTS_429,
                        "Your address asks for the report too often, please wait a second");
                return;
            }
            try {
                maker.make(request, response);
            } catch (InvalidQuery e) {
                refuse(request, response, Status.BAD_REQUEST_400, e.getMessage());
            } catch (ReportService.Unavailable e) {
                response.header(HeaderNames.RETRY_AFTER, "1");
                refuse(request, response, Status.SERVICE_UNAVAILABLE_503, e.getMessage());
            }
        };
    }

    private void refuse(ServerRequest request, ServerResponse response, Status status, String why) {
        String path = request.prologue().uriPath().rawPath();
        if (path.endsWith(".json") || path.endsWith(".csv") || !asksForHtml(request)) {
            Responses.line(request, response, status, why);
            return;
        }
        boolean others = access.operator(request.remotePeer().address(), request.headers()) == null;
        byte[] page = RefusedPage.of("This report cannot be shown", "/report", why, WAYS);
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        Responses.send(request, response, others ? PageFrame.forVisitors(page, "/report") : page);
    }

    /** A program, or a script of the page, does not ask for HTML by name. */
    static boolean asksForHtml(ServerRequest request) {
        return request.headers().contains(HeaderNames.ACCEPT)
                && request.headers().get(HeaderNames.ACCEPT).get().contains("text/html");
    }
}
