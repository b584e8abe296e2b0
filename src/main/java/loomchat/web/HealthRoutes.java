package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.Supplier;
import loomchat.web.response.Responses;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: it takes new visitors; 503 with the reason when it does not.
 * A server that goes on without others is ready, and says so.
 */
final class HealthRoutes implements HttpService {
    private final Supplier<String> unready;
    private final Supplier<String> degraded;

    /**
     * @param unready why the server admits nobody now, or null
     * @param degraded what it does without for now, or null
     */
    HealthRoutes(Supplier<String> unready, Supplier<String> degraded) {
        this.unready = unready;
        this.degraded = degraded;
    }

    @Override
    public void routing(HttpRules rules) {
        Responses.page(rules, "/healthz", (request, response) -> answer(request, response, Status.OK_200, "ok"));
        Responses.page(rules, "/readyz", (request, response) -> {
            String reason = unready.get();
            answer(
                    request,
                    response,
                    reason == null ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503,
                    reason == null ? ready() : reason);
        });
    }

    private String ready() {
        String without = degraded.get();
        return without == null ? "ok" : "ok, but degraded: " + without;
    }

    private static void answer(ServerRequest request, ServerResponse response, Status status, String text) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Responses.line(request, response, status, text);
    }
}
