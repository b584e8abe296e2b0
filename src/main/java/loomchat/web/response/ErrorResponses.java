package loomchat.web.response;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.Map;

/** Responses to requests that reach no route, because they are malformed or too large. No state. */
public final class ErrorResponses implements DirectHandler {
    private static final Status HEADERS_TOO_LARGE = Status.create(431, "Request Header Fields Too Large");
    /** Helidon's message for headers that are too long; it has no status for them. */
    private static final String HEADER_SIZE = "Header size exceeded";

    private static final Map<Integer, String> TEXTS = Map.of(
            413, "The body is too long: at most 64 KB are allowed",
            414, "The first line is too long: at most 2 KB are allowed",
            431, "The headers are too long: at most 16 KB are allowed",
            500, "The server could not answer this. Please try again.",
            505, "This server speaks HTTP/1.1 only");

    private ErrorResponses() {}

    public static DirectHandlers all() {
        DirectHandlers.Builder all = DirectHandlers.builder();
        for (EventType each : EventType.values()) {
            all.addHandler(each, new ErrorResponses());
        }
        return all.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request, EventType event, Status status, ServerResponseHeaders headers, String message) {
        Status answered = status(request, event, status, message);
        String text = TEXTS.getOrDefault(
                answered.code(),
                "This is not a well-formed request"
                        + (message == null || event == EventType.INTERNAL_ERROR
                                ? ""
                                : ": " + Responses.shown(message)));
        SecurityHeaders.ALL.forEach(headers::set);
        headers.set(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        return TransportResponse.builder()
                .status(answered)
                .headers(headers)
                .keepAlive(false)
                .entity(text + "\n")
                .build();
    }

    private static Status status(TransportRequest request, EventType event, Status status, String message) {
        if (HEADER_SIZE.equals(message)) {
            return HEADERS_TOO_LARGE;
        }
        // Helidon takes its own exception about a malformed first line for an internal error.
        boolean unread = event == EventType.INTERNAL_ERROR && request.method().isEmpty();
        return unread ? Status.BAD_REQUEST_400 : status != null ? status : event.defaultStatus();
    }
}
