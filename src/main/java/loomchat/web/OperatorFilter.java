package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import loomchat.identity.operators.OperatorPage;
import loomchat.web.access.OperatorAccess;
import loomchat.web.response.Responses;

/**
 * Lets operators alone to the report, the log, the metrics and their own page. It comes behind
 * {@link HostAndPathFilter}, so that a path has one spelling. No state.
 */
final class OperatorFilter implements Filter {
    static final String NEEDED = "This is for operators: send an operator's token as Authorization: Bearer, or sign in"
            + " at /operator. On the server's own machine neither is needed";

    private static final List<String> GUARDED = List.of("/report", "/logs", "/metrics", "/operator");
    private static final Set<String> SIGN_IN = Set.of("/operator", "/operator/", "/operator/sign-in");
    private static final Set<String> ACTIONS = Set.of("/operator/ban", "/operator/lift", "/operator/sign-out");
    private static final Set<Method> READING = Set.of(Method.GET, Method.HEAD);

    private final OperatorAccess access;
    private final boolean reportPublic;

    OperatorFilter(OperatorAccess access, boolean reportPublic) {
        this.access = access;
        this.reportPublic = reportPublic;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().rawPath();
        if (GUARDED.stream().noneMatch(path::startsWith) || reportPublic && path.startsWith("/report")) {
            chain.proceed();
            return;
        }
        SocketAddress peer = request.remotePeer().address();
        boolean reads = READING.contains(request.prologue().method());
        if (!SIGN_IN.contains(path)
                && access.operator(peer, request.headers()) == null
                && !isFormOfThePage(request, path)) {
            refuse(request, response, path);
        } else if (reads ? access.isEmbedded(peer, request.headers()) : access.isForeign(peer, request.headers())) {
            refuseForeign(request, response);
        } else {
            chain.proceed();
        }
    }

    /**
     * {@link OperatorRoutes} tells whoever has sent it that the sign-in is over, and does nothing else; who opens its
     * address is led to the page.
     */
    private boolean isFormOfThePage(ServerRequest request, String path) {
        return ACTIONS.contains(path)
                && (request.prologue().method().equals(Method.POST)
                        || request.prologue().method().equals(Method.GET))
                && ReportAnswers.asksForHtml(request)
                && !access.isForeign(request.remotePeer().address(), request.headers());
    }

    private static void refuse(ServerRequest request, ServerResponse response, String path) {
        challenge(response);
        String page = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (!OperatorPage.isPage(page)) {
            Responses.line(request, response, Status.UNAUTHORIZED_401, NEEDED);
            return;
        }
        response.status(Status.UNAUTHORIZED_401);
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        String query = request.prologue().query().rawValue();
        boolean keeps = !query.isEmpty() && OperatorPage.isPage(page + "?" + query);
        Responses.send(request, response, OperatorPage.refused(keeps ? page + "?" + query : page));
    }

    /** What a 401 has to say (RFC 9110, 15.5.2; RFC 6750, 3). */
    static void challenge(ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }

    static void refuseForeign(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Responses.line(request, response, Status.FORBIDDEN_403, "Pages of other sites may not do this for an operator");
    }
}
