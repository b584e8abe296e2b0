package loomchat.loadtest.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Identities of a small server, independent of the real one, which breaks its promises on demand: one fault in so many
 * chances. Any thread calls it, and one lock guards everything; a thread of its own looks at the tokens of open
 * connections. Long, because all that the lock guards is in it.
 */
public final class FaultySessions {
    public enum Fault {
        NONE,
        // To visitors who keep to the rules
        /** Refuses a good refresh token. */
        REFUSE_REFRESH,
        /** Takes the generation before for a replay. */
        NO_GRACE,
        REFUSE_HANDSHAKE,
        REFUSE_AUTH,
        /** Closes a connection with 4003 whose token is good. */
        CLOSE,
        // To everybody else's harm
        /** Answers a replay as if it were none. */
        ACCEPT_REPLAY,
        /** Refuses a replay and leaves the visitor's connection open. */
        KEEP_CONNECTION,
        /** Refuses a replay, closes, and goes on with the session. */
        KEEP_SESSION,
        ACCEPT_FORGERY,
        /** Leaves a connection open whose token has expired. */
        KEEP_EXPIRED,
        // Of form
        /** Closes when a token expires, without the grace. */
        HURRY,
        NO_AUTH_DUE,
        OTHER_SUCCESSOR,
        SKIP_GENERATION,
        MIX_UP,
        NOT_KNOWN,
        OPEN_COOKIE,
        /** Does not end a session that its visitor ends. */
        KEEP_ENDED
    }

    /** Why the server closed a connection. */
    enum End {
        EXPIRED,
        SESSION_OVER
    }

    /**
     * Who comes in.
     *
     * @param refuseWith an HTTP status, 0: it comes in
     * @param subject null for a guest
     */
    record Admission(int refuseWith, String subject) {}

    private static final long GRACE_OF_TOKEN = TimeUnit.SECONDS.toNanos(25);
    private static final long GRACE_OF_REFRESH = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(20);

    private static final class Family {
        final String subject = UUID.randomUUID().toString();
        final String id = UUID.randomUUID().toString();
        final Map<String, Integer> generations = new HashMap<>();
        String current;
        int generation;
        long rotatedAt;
        boolean over;
    }

    private static final class Live {
        final Family family;
        long endsAt;
        boolean asked;
        boolean kept;
        End end;

        Live(Family family, long endsAt) {
            this.family = family;
            this.endsAt = endsAt;
        }
    }

    private final Fault fault;
    private final int each;
    private final int lifeSeconds;
    private final SignedTokens signed;
    private final WorkDemand work;

    // Guarded by this
    private final Map<String, Family> byRefreshToken = new HashMap<>();
    private final Map<String, Family> byId = new HashMap<>();
    private final Map<ServerSideSocket, Live> open = new HashMap<>();
    private final List<String> given = new ArrayList<>();
    private int known;
    private int chances;
    private int committed;
    private volatile boolean closed;

    public FaultySessions(Fault fault, int each, int lifeSeconds) {
        this(fault, each, lifeSeconds, false);
    }

    /** Wants a proof of work of guests and for new sessions. */
    public static FaultySessions wantingWork() {
        return new FaultySessions(Fault.NONE, 1, 60, true);
    }

    private FaultySessions(Fault fault, int each, int lifeSeconds, boolean work) {
        this.fault = fault;
        this.each = each;
        this.lifeSeconds = lifeSeconds;
        this.signed = new SignedTokens(lifeSeconds);
        this.work = new WorkDemand(work);
        Thread.ofVirtual().start(this::watch);
    }

    /** Faults that were really committed. */
    public synchronized int committed() {
        return committed;
    }

    /** Every token that was given out: none of them may be in anybody's output. */
    public synchronized List<String> given() {
        return List.copyOf(given);
    }

    public int solved() {
        return work.solved();
    }

    /** A token of an identity of its own. */
    public synchronized String token() {
        return accessToken(begin());
    }

    /** Handshakes with a good token. */
    public synchronized int known() {
        return known;
    }

    void close() {
        closed = true;
    }

    private boolean commits(Fault which) {
        if (fault != which || ++chances % each != 0) {
            return false;
        }
        committed++;
        return true;
    }

    boolean saysKnown() {
        synchronized (this) {
            return !commits(Fault.NOT_KNOWN);
        }
    }

    // HTTP

    synchronized String answer(ServerSideSocket.Request request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /work" -> http(200, "", work.json());
            case "POST /session" -> create(request.body());
            case "POST /session/refresh" -> refresh(cookie(request));
            case "DELETE /session" -> delete(request);
            default -> http(404, "", "{\"error\":\"not-found\",\"text\":\"\"}");
        };
    }

    private String create(String body) {
        if (!work.accepts(body.replaceFirst("\\{\"work\":\"(.*)\"}", "$1"))) {
            return http(428, "", "{\"error\":\"work-required\",\"text\":\"\",\"work\":" + work.json() + "}");
        }
        Family family = begin();
        return tokens(201, family, family.subject);
    }

    private Family begin() {
        Family family = new Family();
        byId.put(family.id, family);
        advance(family, 0);
        return family;
    }

    private static String cookie(ServerSideSocket.Request request) {
        String cookie = request.header("cookie");
        return cookie.substring(cookie.indexOf('=') + 1);
    }

    private void advance(Family family, int generation) {
        family.current = UUID.randomUUID().toString();
        family.generation = generation;
        family.generations.put(family.current, generation);
        family.rotatedAt = System.nanoTime();
        byRefreshToken.put(family.current, family);
    }

    private String refresh(String shown) {
        Family family = byRefreshToken.get(shown);
        if (family == null || family.over || commits(Fault.REFUSE_REFRESH)) {
            return noSession();
        }
        int behind = family.generation - family.generations.get(shown);
        boolean inTime = System.nanoTime() - family.rotatedAt < GRACE_OF_REFRESH;
        if (behind > 1 || behind == 1 && (!inTime || commits(Fault.NO_GRACE))) {
            return replayed(family);
        }
        if (behind == 0) {
            advance(family, family.generation + 1);
        } else if (commits(Fault.OTHER_SUCCESSOR)) {
            advance(family, family.generation);
        }
        boolean mixed = byId.size() > 1 && commits(Fault.MIX_UP);
        String subject = mixed
                ? byId.values().stream().filter(f -> f != family).findAny().orElseThrow().subject
                : family.subject;
        return tokens(200, family, subject);
    }

    private String replayed(Family family) {
        if (commits(Fault.ACCEPT_REPLAY)) {
            return tokens(200, family, family.subject);
        }
        boolean keepsConnection = commits(Fault.KEEP_CONNECTION);
        if (!keepsConnection) {
            closeAll(family);
        }
        family.over = !commits(Fault.KEEP_SESSION);
        return noSession();
    }

    private String delete(ServerSideSocket.Request request) {
        String bearer = request.header("authorization");
        Family family = bearer.isEmpty() ? byRefreshToken.get(cookie(request)) : verify(bearer.substring(7));
        if (family == null || family.over) {
            return noSession();
        }
        if (!commits(Fault.KEEP_ENDED)) {
            family.over = true;
        }
        closeAll(family);
        return http(204, cookieHeader("", 0), "");
    }

    private void closeAll(Family family) {
        open.forEach((connection, live) -> {
            if (live.family == family) {
                close(connection, live, End.SESSION_OVER, "The session was ended");
            }
        });
    }

    private String tokens(int status, Family family, String subject) {
        String token = subject.equals(family.subject) ? accessToken(family) : signed.sign(subject, family.id);
        given.add(family.current);
        String body = "{\"token\":\"%s\",\"expiresIn\":%d,\"generation\":%d}"
                .formatted(token, lifeSeconds, family.generation + (commits(Fault.SKIP_GENERATION) ? 1 : 0));
        return http(status, cookieHeader(family.current, 3600), body);
    }

    private String noSession() {
        return http(401, cookieHeader("", 0), "{\"error\":\"no-session\",\"text\":\"There is no session\"}");
    }

    private String cookieHeader(String value, int seconds) {
        boolean bad = seconds > 0 && commits(Fault.OPEN_COOKIE);
        return "Set-Cookie: loomchat-refresh-3000=%s; %sSameSite=Strict; Path=/; Max-Age=%d\r\n"
                .formatted(value, bad ? "" : "HttpOnly; ", seconds);
    }

    private static String http(int status, String headers, String body) {
        return "HTTP/1.1 %d Whatever\r\nCache-Control: no-store\r\nConnection: close\r\n%s%s\r\n%s"
                .formatted(status, headers, status == 204 ? "" : "Content-Length: " + body.length() + "\r\n", body);
    }

    private String accessToken(Family family) {
        String token = signed.sign(family.subject, family.id);
        given.add(token);
        return token;
    }

    private Family verify(String token) {
        String session = signed.session(token);
        return session == null ? null : byId.get(session);
    }

    // Connections

    synchronized Admission admit(ServerSideSocket.Request request, ServerSideSocket connection) {
        String token = request.header("authorization").replaceFirst("^Bearer ", "");
        String solution = request.header("loomchat-work");
        for (String each : request.header("sec-websocket-protocol").split(", *")) {
            token = each.startsWith("token.") ? each.substring(6) : token;
            solution = each.startsWith("work.") ? each.substring(5) : solution;
        }
        if (token.isEmpty()) {
            return new Admission(work.accepts(solution) ? 0 : 428, null);
        }
        Family family = verify(token);
        if (family == null && commits(Fault.ACCEPT_FORGERY)) {
            return new Admission(0, null);
        }
        if (family == null || family.over || commits(Fault.REFUSE_HANDSHAKE)) {
            return new Admission(401, null);
        }
        known++;
        open.put(connection, new Live(family, endOfNewToken()));
        return new Admission(0, family.subject);
    }

    private long endOfNewToken() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(lifeSeconds);
    }

    synchronized void auth(ServerSideSocket connection, String token) {
        Live live = open.get(connection);
        Family family = verify(token);
        if (live == null || live.end != null) {
            return;
        }
        if (family != live.family || commits(Fault.REFUSE_AUTH)) {
            tell(connection, "{\"type\":\"error\",\"code\":\"bad-token\",\"text\":\"The token is not valid.\"}");
            return;
        }
        live.endsAt = endOfNewToken();
        live.asked = false;
        tell(connection, "{\"type\":\"authed\",\"seconds\":" + lifeSeconds + "}");
        if (commits(Fault.CLOSE)) {
            close(connection, live, End.SESSION_OVER, "The session was ended");
        }
    }

    /** The connection is over; why the server closed it, or null. */
    synchronized End ended(ServerSideSocket connection) {
        Live live = open.remove(connection);
        return live == null ? null : live.end;
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(LOOK_EVERY);
            synchronized (this) {
                new ArrayList<>(open.entrySet()).forEach(each -> look(each.getKey(), each.getValue()));
            }
        }
    }

    private void look(ServerSideSocket connection, Live live) {
        long left = live.endsAt - System.nanoTime();
        long askAt = Math.min(TimeUnit.SECONDS.toNanos(60), TimeUnit.SECONDS.toNanos(lifeSeconds) / 2);
        if (live.end != null) {
            return;
        }
        if (left < askAt && !live.asked) {
            live.asked = true;
            if (!commits(Fault.NO_AUTH_DUE)) {
                tell(connection, "{\"type\":\"auth-due\",\"seconds\":" + TimeUnit.NANOSECONDS.toSeconds(left) + "}");
            }
        }
        if (fault == Fault.HURRY ? left < 0 : left < -GRACE_OF_TOKEN) {
            expire(connection, live);
        }
    }

    private void expire(ServerSideSocket connection, Live live) {
        if (live.kept || commits(Fault.KEEP_EXPIRED)) {
            live.kept = true;
            return;
        }
        commits(Fault.HURRY);
        close(connection, live, End.EXPIRED, "The token has expired");
    }

    private static void tell(ServerSideSocket connection, String message) {
        try {
            connection.text(message);
        } catch (IOException e) {
            // Its own thread sees that.
        }
    }

    private static void close(ServerSideSocket connection, Live live, End end, String reason) {
        if (live.end == null) {
            live.end = end;
            try {
                connection.close(4003, reason);
            } catch (IOException e) {
                // Its own thread sees that.
            }
        }
    }
}
