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
 * Closes a connection after the response to a request with {@code Connection: close} (RFC 9112, 9.6): Helidon only
 * announces it. A request with unread content is left to Helidon, because closing would lose the response.
 */
final class ConnectionCloseFilter implements Filter {
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
