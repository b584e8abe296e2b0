package loomchat.web.response;

import io.helidon.http.Header;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.stream.Collectors;

/** The same strict headers on every response. */
public final class SecurityHeaders implements Filter {
    public static final List<Header> ALL = List.of(
            HeaderValues.create(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                            + "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
            HeaderValues.create("X-Content-Type-Options", "nosniff"),
            HeaderValues.create("X-Frame-Options", "DENY"),
            HeaderValues.create("Referrer-Policy", "no-referrer"),
            HeaderValues.create("Cross-Origin-Opener-Policy", "same-origin"),
            HeaderValues.create("Cross-Origin-Resource-Policy", "same-origin"),
            HeaderValues.create("Permissions-Policy", "camera=(), microphone=(), geolocation=()"));

    /** The same as lines of a response head. */
    public static final String LINES =
            ALL.stream().map(each -> each.name() + ": " + each.get() + "\r\n").collect(Collectors.joining());

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        ALL.forEach(response::header);
        chain.proceed();
    }
}
