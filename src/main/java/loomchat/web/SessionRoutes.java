package loomchat.web;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import loomchat.identity.InvalidToken;
import loomchat.identity.refresh.RefreshRefused;
import loomchat.identity.session.VisitorSessions;
import loomchat.identity.session.VisitorSessions.Session;
import loomchat.json.JsonWriter;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.AllowedOrigins;
import loomchat.web.access.RefreshCookie;
import loomchat.web.access.TrustedProxies;
import loomchat.web.access.TrustedProxies.Client;

/**
 * {@code /session}: a visitor gets an identity, refreshes its token, and ends it. Request threads; they wait for the
 * file of identities. For pages of this server alone, and for clients that are no pages.
 */
final class SessionRoutes implements HttpService {
    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final String BEARER = "Bearer ";
    private static final Status ALREADY = Status.NO_CONTENT_204;

    private final VisitorSessions sessions;
    private final Duration refreshLifetime;
    private final TrustedProxies proxies;
    private final AddressLimits limits;
    private final Supplier<String> unready;
    /** Those of other pages may open WebSockets, and still may not act for our visitors. */
    private final AllowedOrigins own = new AllowedOrigins(Set.of());

    /**
     * @param sessions null with AUTH=off
     * @param unready why the server admits nobody now, or null
     */
    SessionRoutes(
            VisitorSessions sessions,
            Duration refreshLifetime,
            TrustedProxies proxies,
            AddressLimits limits,
            Supplier<String> unready) {
        this.sessions = sessions;
        this.refreshLifetime = refreshLifetime;
        this.proxies = proxies;
        this.limits = limits;
        this.unready = unready;
    }

    /** Why a request is refused. */
    private static final class Refused extends Exception {
        private final Status status;
        private final String code;

        Refused(Status status, String code, String text) {
            super(text, null, false, false);
            this.status = status;
            this.code = code;
        }
    }

    private interface Action {
        void answer(ServerRequest request, ServerResponse response, Client client, RefreshCookie cookie) throws Refused;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/session", checked(this::begin))
                .delete("/session", checked(this::end))
                .any("/session", Responses.onlyMethods("POST, DELETE"));
        rules.post("/session/refresh", checked(this::refresh)).any("/session/refresh", Responses.onlyMethods("POST"));
    }

    private Handler checked(Action action) {
        return (request, response) -> {
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            Client client = proxies.client(request.remotePeer().address(), request.headers());
            String host = request.headers().get(HeaderNames.HOST).get();
            RefreshCookie cookie = RefreshCookie.of(host, client.secure());
            try {
                check(request, client, host);
                action.answer(request, response, client, cookie);
            } catch (Refused e) {
                if (e.status.equals(Status.UNAUTHORIZED_401)) {
                    response.header(HeaderNames.SET_COOKIE, cookie.clear());
                }
                if (e.status.equals(Status.TOO_MANY_REQUESTS_429)) {
                    response.header(HeaderNames.RETRY_AFTER, "6");
                }
                refuse(request, response, e);
            }
        };
    }

    private void check(ServerRequest request, Client client, String host) throws Refused {
        if (sessions == null) {
            throw new Refused(Status.NOT_FOUND_404, "off", "This server knows its visitors by nothing (AUTH=off)");
        }
        var headers = request.headers();
        String site = headers.contains(FETCH_SITE) ? headers.get(FETCH_SITE).get() : "same-origin";
        String origin = headers.contains(HeaderNames.ORIGIN)
                ? headers.get(HeaderNames.ORIGIN).get()
                : null;
        if (!site.equals("same-origin") || !own.allow(origin, host, client.secure())) {
            throw new Refused(
                    Status.FORBIDDEN_403,
                    "foreign-site",
                    "Only pages of this server may ask for its visitors' sessions");
        }
        String reason = unready.get();
        if (reason != null) {
            throw new Refused(Status.SERVICE_UNAVAILABLE_503, "unready", reason);
        }
    }

    private void begin(ServerRequest request, ServerResponse response, Client client, RefreshCookie cookie)
            throws Refused {
        if (!limits.mayBeginSession(client.address())) {
            throw new Refused(
                    Status.TOO_MANY_REQUESTS_429, "too-many", "Your address has begun too many sessions, please wait");
        }
        try {
            send(request, response, Status.CREATED_201, sessions.begin(), cookie);
        } catch (RefreshRefused e) {
            throw refused(e);
        }
    }

    private void refresh(ServerRequest request, ServerResponse response, Client client, RefreshCookie cookie)
            throws Refused {
        try {
            send(request, response, Status.OK_200, sessions.refresh(token(request, cookie)), cookie);
        } catch (RefreshRefused e) {
            throw refused(e);
        }
    }

    private void end(ServerRequest request, ServerResponse response, Client client, RefreshCookie cookie)
            throws Refused {
        try {
            if (!endByAccessToken(request)) {
                sessions.end(token(request, cookie));
            }
        } catch (RefreshRefused e) {
            throw refused(e);
        }
        response.header(HeaderNames.SET_COOKIE, cookie.clear());
        response.status(ALREADY).send();
    }

    private boolean endByAccessToken(ServerRequest request) throws Refused {
        if (!request.headers().contains(HeaderNames.AUTHORIZATION)) {
            return false;
        }
        String value = request.headers().get(HeaderNames.AUTHORIZATION).get();
        if (!value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return false;
        }
        try {
            return sessions.end(
                    sessions.verify(value.substring(BEARER.length()).strip()).identity());
        } catch (InvalidToken e) {
            throw new Refused(Status.UNAUTHORIZED_401, "no-session", e.getMessage());
        }
    }

    private static String token(ServerRequest request, RefreshCookie cookie) {
        String token = cookie.read(request.headers());
        return token == null ? "" : token;
    }

    private static Refused refused(RefreshRefused e) {
        return switch (e) {
            case RefreshRefused.NoSession none -> new Refused(Status.UNAUTHORIZED_401, "no-session", none.getMessage());
            case RefreshRefused.TooOften often ->
                new Refused(Status.TOO_MANY_REQUESTS_429, "too-many", often.getMessage());
            case RefreshRefused.Full full -> new Refused(Status.SERVICE_UNAVAILABLE_503, "full", full.getMessage());
        };
    }

    private void send(
            ServerRequest request, ServerResponse response, Status status, Session session, RefreshCookie cookie) {
        response.header(HeaderNames.SET_COOKIE, cookie.set(session.refreshToken(), refreshLifetime));
        sendJson(
                request,
                response,
                status,
                json -> json.member("token", session.accessToken())
                        .member("expiresIn", session.expiresIn().toSeconds())
                        .member("generation", session.generation()));
    }

    private static void refuse(ServerRequest request, ServerResponse response, Refused e) {
        sendJson(
                request,
                response,
                e.status,
                json -> json.member("error", e.code).member("text", e.getMessage()));
    }

    private interface Fields {
        void write(JsonWriter json) throws IOException;
    }

    private static void sendJson(ServerRequest request, ServerResponse response, Status status, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try {
            JsonWriter json = new JsonWriter(bytes).object();
            fields.write(json);
            json.endObject().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        Responses.send(request, response, bytes.toByteArray());
    }
}
