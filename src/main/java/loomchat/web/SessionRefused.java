package loomchat.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import loomchat.web.response.JsonResponse;

/** A request about a visitor's session is refused: {@code error} is a code for programs, {@code text} for people. */
final class SessionRefused extends Exception {
    private final Status status;
    private final String code;
    private final JsonResponse.Members more;

    SessionRefused(Status status, String code, String text) {
        this(status, code, text, json -> {});
    }

    SessionRefused(Status status, String code, String text, JsonResponse.Members more) {
        super(text, null, false, false);
        this.status = status;
        this.code = code;
        this.more = more;
    }

    Status status() {
        return status;
    }

    void send(ServerRequest request, ServerResponse response) {
        JsonResponse.send(request, response, status, json -> {
            json.member("error", code).member("text", getMessage());
            more.write(json);
        });
    }
}
