package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import loomchat.log.Event;
import loomchat.web.access.OperatorAccess;
import loomchat.web.response.Responses;

/**
 * {@code POST /loadtest}: a load client announces that its run begins or ends, so that the report can mark it. Request
 * threads; the event goes to the log's queue. Bounded: small bodies, short names, a few a second. The required content
 * type keeps pages of other sites from posting here through a visitor's browser.
 */
final class LoadTestRoutes implements HttpService {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final int MOST_BODY_BYTES = 8192;
    private static final int MOST_A_SECOND = 20;
    private static final long MOST_CLIENTS = 1_000_000_000;
    private static final Set<String> PHASES = Set.of("start", "end");
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z._:-]{1,64}");
    private static final Pattern RESULT = Pattern.compile("[^\\p{Cntrl}]{1,100}");
    private static final String NAMES = "1 to 64 letters, digits and . _ : -";

    /** A malformed body; the message names the field, its value and the allowed values. */
    static final class InvalidBody extends Exception {
        InvalidBody(String message) {
            super(message, null, false, false);
        }
    }

    private final String allowed;
    private final OperatorAccess access;
    private final Consumer<Event> record;

    // Guarded by this: announcements in the present second
    private long second;
    private int inSecond;

    /** @param allowed who may announce: {@code local} (operators), {@code any} or {@code off} */
    LoadTestRoutes(String allowed, OperatorAccess access, Consumer<Event> record) {
        this.allowed = allowed;
        this.access = access;
        this.record = record;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/loadtest", this::announce).any("/loadtest", Responses.onlyMethods("POST"));
    }

    private void announce(ServerRequest request, ServerResponse response) {
        if (allowed.equals("off")) {
            Responses.line(
                    request, response, Status.FORBIDDEN_403, "LOAD_TEST_ANNOUNCE=off lets nobody announce a load test");
            return;
        }
        if (allowed.equals("local") && !isOperators(request, response)) {
            return;
        }
        String type = request.headers().contains(HeaderNames.CONTENT_TYPE)
                ? request.headers().get(HeaderNames.CONTENT_TYPE).get()
                : "";
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            Responses.line(
                    request,
                    response,
                    Status.UNSUPPORTED_MEDIA_TYPE_415,
                    "The content type has to be application/json");
            return;
        }
        if (!isFewEnough()) {
            response.header(HeaderNames.RETRY_AFTER, "1");
            Responses.line(
                    request,
                    response,
                    Status.TOO_MANY_REQUESTS_429,
                    "At most " + MOST_A_SECOND + " a second are recorded");
            return;
        }
        try {
            record.accept(event(body(request)));
            response.status(Status.NO_CONTENT_204).send();
        } catch (InvalidBody e) {
            Responses.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
        }
    }

    /** False when the request was refused. */
    private boolean isOperators(ServerRequest request, ServerResponse response) {
        SocketAddress peer = request.remotePeer().address();
        if (access.operator(peer, request.headers()) == null) {
            OperatorFilter.challenge(response);
            Responses.line(
                    request, response, Status.UNAUTHORIZED_401, "LOAD_TEST_ANNOUNCE=local: " + OperatorFilter.NEEDED);
            return false;
        }
        if (access.isForeign(peer, request.headers())) {
            OperatorFilter.refuseForeign(request, response);
            return false;
        }
        return true;
    }

    /** Any failure here is the client's: it stopped in the middle, or its chunks are malformed. */
    private static byte[] body(ServerRequest request) throws InvalidBody {
        try {
            return request.content().inputStream().readNBytes(MOST_BODY_BYTES + 1);
        } catch (IOException | RuntimeException e) {
            throw new InvalidBody("The body ends before the length that the request names, or its chunks are damaged");
        }
    }

    private synchronized boolean isFewEnough() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            inSecond = 0;
        }
        return ++inSecond <= MOST_A_SECOND;
    }

    private static Event event(byte[] body) throws InvalidBody {
        if (body.length > MOST_BODY_BYTES) {
            throw new InvalidBody("The body is too long: at most " + MOST_BODY_BYTES + " bytes are allowed");
        }
        JsonObject json;
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(body))) {
            json = reader.readObject();
        } catch (JsonException | IllegalStateException e) {
            throw new InvalidBody("The body is not a JSON object");
        }
        String phase = text(json, "phase", null, "start or end");
        if (!PHASES.contains(phase)) {
            throw new InvalidBody("phase=" + Responses.shown(phase) + " is not allowed: start or end");
        }
        String id = text(json, "id", NAME, NAMES);
        String scenario = text(json, "scenario", NAME, NAMES);
        long millis = System.currentTimeMillis();
        return phase.equals("start")
                ? new Event.LoadTestStarted(millis, id, scenario, clients(json), LoadTestDetails.ofStart(json))
                : new Event.LoadTestEnded(
                        millis,
                        id,
                        scenario,
                        text(json, "result", RESULT, "1 to 100 characters without control characters"),
                        LoadTestDetails.ofEnd(json));
    }

    private static String text(JsonObject json, String name, Pattern shape, String allowed) throws InvalidBody {
        if (!(json.get(name) instanceof JsonString value)) {
            throw new InvalidBody(name + " is missing or not a string: " + allowed);
        }
        String text = value.getString();
        if (shape != null && !shape.matcher(text).matches()) {
            throw new InvalidBody(name + "=" + Responses.shown(text) + " is not allowed: " + allowed);
        }
        return text;
    }

    private static long clients(JsonObject json) throws InvalidBody {
        if (json.get("clients") instanceof JsonNumber number && number.isIntegral()) {
            long clients = number.bigDecimalValue().precision() > 18 ? -1 : number.longValue();
            if (clients >= 0 && clients <= MOST_CLIENTS) {
                return clients;
            }
        }
        throw new InvalidBody("clients is missing or not a whole number from 0 to " + MOST_CLIENTS);
    }
}
