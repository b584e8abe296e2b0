package loomchat.web.response;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import loomchat.json.JsonWriter;

/** Sends a response that is one JSON object. No state. */
public final class JsonResponse {
    /** Writes what is inside of the object. */
    @FunctionalInterface
    public interface Members {
        void write(JsonWriter json) throws IOException;
    }

    private JsonResponse() {}

    public static void send(ServerRequest request, ServerResponse response, Status status, Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try {
            JsonWriter json = new JsonWriter(bytes).object();
            members.write(json);
            json.endObject().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        Responses.send(request, response, bytes.toByteArray());
    }
}
