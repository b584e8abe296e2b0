package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Set;
import loomchat.web.access.AllowedHosts;
import loomchat.web.access.RequestPath;
import loomchat.web.response.Responses;

/**
 * Passes only requests with a name of this server and a plain path. Helidon decodes and normalizes a path before it
 * looks for a route: {@code //report}, {@code /report;x} and {@code /x/%2e%2e/report} would reach {@code /report},
 * past a proxy in front that guards that page.
 */
final class HostAndPathFilter implements Filter {
    /** Health probes use any name. */
    private static final Set<String> FOR_ANY_HOST = Set.of("/healthz", "/readyz");

    private final AllowedHosts hosts;

    HostAndPathFilter(AllowedHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String raw = request.prologue().uriPath().rawPath();
        String host = request.headers().get(HeaderNames.HOST).get();
        if (!RequestPath.isPlain(raw, request.prologue().uriPath().path())) {
            Responses.line(request, response, Status.NOT_FOUND_404, "There is nothing here: paths are written plainly");
        } else if (!hosts.allow(host) && !FOR_ANY_HOST.contains(raw)) {
            Responses.line(request, response, Status.MISDIRECTED_REQUEST_421, Responses.misdirected(host));
        } else {
            chain.proceed();
        }
    }
}
