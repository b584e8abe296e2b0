package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import loomchat.identity.work.GuestWork;
import loomchat.web.access.TrustedProxies;
import loomchat.web.response.Responses;

/**
 * {@code /work}: a challenge for a guest, and whether guests have to solve one now. Request threads; it keeps nothing
 * for who asks, and costs one HMAC.
 */
final class WorkRoutes implements HttpService {
    private final GuestWork work;
    private final TrustedProxies proxies;

    WorkRoutes(GuestWork work, TrustedProxies proxies) {
        this.work = work;
        this.proxies = proxies;
    }

    @Override
    public void routing(HttpRules rules) {
        Responses.page(rules, "/work", this::challenge);
    }

    private void challenge(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        if (!work.isOn()) {
            Responses.line(
                    request, response, Status.NOT_FOUND_404, "Guests need no proof of work here: GUEST_WORK=off");
            return;
        }
        InetAddress client = proxies.client(request.remotePeer().address(), request.headers())
                .address();
        String json = "{\"challenge\":\"%s\",\"bits\":%d,\"required\":%b}"
                .formatted(work.challenge(client), work.bits(), work.required());
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        Responses.send(request, response, json.getBytes(StandardCharsets.US_ASCII));
    }
}
