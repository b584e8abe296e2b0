package loomchat.web.response;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The same strict headers on every response, but for files that a page loads: what concerns documents alone would be a
 * third of the chat page's first load.
 */
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

    /** A file that is shown by itself may load nothing. */
    private static final Header NOTHING = HeaderValues.create("Content-Security-Policy", "default-src 'none'");

    private static final List<HeaderName> OF_DOCUMENTS = Stream.of(
                    "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy")
            .map(HeaderNames::create)
            .toList();

    /** Leaves the headers that a script, a style sheet or a picture needs, in place of a document's. */
    public static void forFile(ServerResponse response) {
        OF_DOCUMENTS.forEach(response.headers()::remove);
        response.header(NOTHING);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        ALL.forEach(response::header);
        chain.proceed();
    }
}
