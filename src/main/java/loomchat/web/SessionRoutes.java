package loomchat.web;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import loomchat.counters.LabelledCount;
import loomchat.identity.InvalidToken;
import loomchat.identity.bans.Ban;
import loomchat.identity.bans.BanList;
import loomchat.identity.refresh.RefreshRefused;
import loomchat.identity.session.VisitorSessions;
import loomchat.identity.session.VisitorSessions.Session;
import loomchat.identity.work.GuestWork;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.AllowedOrigins;
import loomchat.web.access.HostCookie;
import loomchat.web.access.TrustedProxies;
import loomchat.web.access.TrustedProxies.Client;
import loomchat.web.response.JsonResponse;
import loomchat.web.response.Responses;

/**
 * {@code /session}: a visitor gets an identity, refreshes its token, and ends it. Request threads; they wait for the
 * file of identities. For pages of this server alone, and for clients that are no pages.
 */
final class SessionRoutes implements HttpService {
    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HostCookie COOKIE = new HostCookie("loomchat-refresh");
    private static final String BEARER = "Bearer ";
    private static final Status WORK_REQUIRED = Status.create(428, "Precondition Required");
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final int MOST_BODY_BYTES = 1024;

    private final VisitorSessions sessions;
    private final BanList bans;
    private final GuestWork guestWork;
    private final LabelledCount results;
    private final Duration refreshLifetime;
    private final TrustedProxies proxies;
    private final AddressLimits limits;
    private final Supplier<String> unready;
    /** Those of other pages may open WebSockets, and still may not act for our visitors. */
    private final AllowedOrigins own = new AllowedOrigins(Set.of());

    /**
     * @param sessions null with AUTH=off
     * @param results counts what becomes of requests
     * @param unready why the server admits nobody now, or null
     */
    SessionRoutes(
            VisitorSessions sessions,
            BanList bans,
            GuestWork guestWork,
            LabelledCount results,
            Duration refreshLifetime,
            TrustedProxies proxies,
            AddressLimits limits,
            Supplier<String> unready) {
        this.sessions = sessions;
        this.bans = bans;
        this.guestWork = guestWork;
        this.results = results;
        this.refreshLifetime = refreshLifetime;
        this.proxies = proxies;
        this.limits = limits;
        this.unready = unready;
    }

    private interface Action {
        void answer(ServerRequest request, ServerResponse response, Client client) throws SessionRefused;
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
            try {
                check(request, client, host);
                action.answer(request, response, client);
            } catch (SessionRefused e) {
                results.increment("refused");
                if (e.status().equals(Status.UNAUTHORIZED_401)) {
                    response.header(HeaderNames.SET_COOKIE, COOKIE.clear(request.headers(), client.secure()));
                }
                if (e.status().equals(Status.TOO_MANY_REQUESTS_429)) {
                    response.header(HeaderNames.RETRY_AFTER, "6");
                }
                e.send(request, response);
            }
        };
    }

    private void check(ServerRequest request, Client client, String host) throws SessionRefused {
        if (sessions == null) {
            throw new SessionRefused(
                    Status.NOT_FOUND_404, "off", "This server knows its visitors by nothing (AUTH=off)");
        }
        var headers = request.headers();
        String site = headers.contains(FETCH_SITE) ? headers.get(FETCH_SITE).get() : "same-origin";
        String origin = headers.contains(HeaderNames.ORIGIN)
                ? headers.get(HeaderNames.ORIGIN).get()
                : null;
        if (!site.equals("same-origin") || !own.allow(origin, host, client.secure())) {
            throw new SessionRefused(
                    Status.FORBIDDEN_403,
                    "foreign-site",
                    "Only pages of this server may ask for its visitors' sessions");
        }
        String reason = unready.get();
        if (reason != null) {
            throw new SessionRefused(Status.SERVICE_UNAVAILABLE_503, "unready", reason);
        }
    }

    private void begin(ServerRequest request, ServerResponse response, Client client) throws SessionRefused {
        if (!limits.mayBeginSession(client.address())) {
            throw new SessionRefused(
                    Status.TOO_MANY_REQUESTS_429, "too-many", "Your address has begun too many sessions, please wait");
        }
        checkBan(null, client);
        checkWork(request, client);
        try {
            Session session = sessions.begin();
            results.increment("created");
            send(request, response, Status.CREATED_201, session, client);
        } catch (RefreshRefused e) {
            throw refused(e);
        }
    }

    private void checkBan(String subject, Client client) throws SessionRefused {
        Ban ban = bans.find(subject, client.address());
        if (ban != null) {
            throw new SessionRefused(Status.FORBIDDEN_403, "banned", ban.closeText(), json -> {
                if (!ban.isForGood()) {
                    json.member("until", ban.until());
                }
                json.member("reason", ban.reason());
            });
        }
    }

    /** Identities are as easy to make as guests are: while many come, both solve a task. */
    private void checkWork(ServerRequest request, Client client) throws SessionRefused {
        guestWork.arrived();
        if (!guestWork.required()) {
            return;
        }
        String solution = solution(request);
        if (solution == null || !guestWork.accept(solution, client.address())) {
            throw new SessionRefused(
                    WORK_REQUIRED,
                    "work-required",
                    "Many visitors come now: solve the task first",
                    json -> json.object("work")
                            .member("challenge", guestWork.challenge(client.address()))
                            .member("bits", guestWork.bits())
                            .endObject());
        }
    }

    /** Null for a body without one. Any failure here is the client's. */
    private static String solution(ServerRequest request) {
        try (JsonReader body = READERS.createReader(
                new ByteArrayInputStream(request.content().inputStream().readNBytes(MOST_BODY_BYTES)))) {
            return body.readObject().getString("work", null);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private void refresh(ServerRequest request, ServerResponse response, Client client) throws SessionRefused {
        try {
            Session session = sessions.refresh(token(request, client));
            try {
                checkBan(session.identity().subject(), client);
            } catch (SessionRefused e) {
                // The old token is used up: who keeps it would look like a thief when the ban is over.
                response.header(
                        HeaderNames.SET_COOKIE,
                        COOKIE.set(request.headers(), client.secure(), session.refreshToken(), refreshLifetime));
                throw e;
            }
            results.increment("refreshed");
            send(request, response, Status.OK_200, session, client);
        } catch (RefreshRefused e) {
            throw refused(e);
        }
    }

    private void end(ServerRequest request, ServerResponse response, Client client) throws SessionRefused {
        try {
            if (!endByAccessToken(request)) {
                sessions.end(token(request, client));
            }
        } catch (RefreshRefused e) {
            throw refused(e);
        }
        results.increment("ended");
        response.header(HeaderNames.SET_COOKIE, COOKIE.clear(request.headers(), client.secure()));
        response.status(Status.NO_CONTENT_204).send();
    }

    private boolean endByAccessToken(ServerRequest request) throws SessionRefused {
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
            throw new SessionRefused(Status.UNAUTHORIZED_401, "no-session", e.getMessage());
        }
    }

    private static String token(ServerRequest request, Client client) {
        String token = COOKIE.value(request.headers(), client.secure());
        return token == null ? "" : token;
    }

    private static SessionRefused refused(RefreshRefused e) {
        return switch (e) {
            case RefreshRefused.NoSession none ->
                new SessionRefused(Status.UNAUTHORIZED_401, "no-session", none.getMessage());
            case RefreshRefused.TooOften often ->
                new SessionRefused(Status.TOO_MANY_REQUESTS_429, "too-many", often.getMessage());
            case RefreshRefused.Full full ->
                new SessionRefused(Status.SERVICE_UNAVAILABLE_503, "full", full.getMessage());
        };
    }

    private void send(ServerRequest request, ServerResponse response, Status status, Session session, Client client) {
        response.header(
                HeaderNames.SET_COOKIE,
                COOKIE.set(request.headers(), client.secure(), session.refreshToken(), refreshLifetime));
        JsonResponse.send(
                request,
                response,
                status,
                json -> json.member("token", session.accessToken())
                        .member("expiresIn", session.expiresIn().toSeconds())
                        .member("generation", session.generation()));
    }
}
