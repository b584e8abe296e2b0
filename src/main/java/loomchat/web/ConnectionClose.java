package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Arrays;

/**
 * Closes a connection behind its last answer where the client asked for that (RFC 9112, 9.6): the HTTP server says so and leaves
 * it open. A request whose content nobody has read is left to the server: closing would take the answer away.
 */
final class ConnectionClose implements Filter {
    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        boolean last = isLast(request);
        if (last) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        chain.proceed();
        if (last && (!request.content().hasEntity() || request.content().consumed())) {
            throw new CloseConnectionException("The client asked for it");
        }
    }

    private static boolean isLast(RoutingRequest request) {
        return request.headers().contains(HeaderNames.CONNECTION)
                && request.headers().values(HeaderNames.CONNECTION).stream()
                        .flatMap(value -> Arrays.stream(value.split(",")))
                        .anyMatch(token -> token.strip().equalsIgnoreCase("close"));
    }
}
