package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.Supplier;

/** {@code /healthz}: the process answers. {@code /readyz}: it takes new visitors; 503 with the reason when it does not. */
final class Health implements HttpService {
    private final Supplier<String> unready;

    /** @param unready why no visitor may come in now, or null */
    Health(Supplier<String> unready) {
        this.unready = unready;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/healthz", (request, response) -> answer(response, Status.OK_200, "ok"));
        rules.get("/readyz", (request, response) -> {
            String reason = unready.get();
            answer(
                    response,
                    reason == null ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503,
                    reason == null ? "ok" : reason);
        });
    }

    private static void answer(ServerResponse response, Status status, String text) {
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(text + "\n");
    }
}
