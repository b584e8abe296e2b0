package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import loomchat.report.ReportService;
import loomchat.report.history.InvalidQuery;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.TrustedProxies;
import loomchat.web.response.Responses;

/** What all answers from the report share: how often an address may ask, and how a refusal reads. Any thread. */
final class ReportAnswers {
    private final TrustedProxies proxies;
    private final AddressLimits limits;

    /** Makes one answer, on the request's thread. */
    interface Maker {
        /** @throws InvalidQuery what was asked cannot be, which the client is told */
        void make(ServerRequest request, ServerResponse response)
                throws ReportService.Unavailable, InterruptedException;
    }

    ReportAnswers(TrustedProxies proxies, AddressLimits limits) {
        this.proxies = proxies;
        this.limits = limits;
    }

    Handler of(Maker maker) {
        return (request, response) -> {
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            var client = proxies.client(request.remotePeer().address(), request.headers());
            if (!limits.mayAskForReport(client.address())) {
                response.header(HeaderNames.RETRY_AFTER, "1");
                Responses.line(
                        request,
                        response,
                        Status.TOO_MANY_REQUESTS_429,
                        "Your address asks for the report too often, please wait a second");
                return;
            }
            try {
                maker.make(request, response);
            } catch (InvalidQuery e) {
                Responses.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
            } catch (ReportService.Unavailable e) {
                response.header(HeaderNames.RETRY_AFTER, "1");
                Responses.line(request, response, Status.SERVICE_UNAVAILABLE_503, e.getMessage());
            }
        };
    }
}
