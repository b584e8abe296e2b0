package loomchat.web.response;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The fields of a form that a page has posted. Bounded: at most {@link #MOST_BYTES}. Request threads. */
public final class FormBody {
    private static final int MOST_BYTES = 8 * 1024;
    private static final String TYPE = "application/x-www-form-urlencoded";

    private final Map<String, String> fields = new HashMap<>();

    /** It is not a form; the message is one line for the client. */
    public static final class Invalid extends Exception {
        Invalid(String message) {
            super(message, null, false, false);
        }
    }

    private FormBody() {}

    public static FormBody read(ServerRequest request) throws Invalid {
        String type = request.headers().contains(HeaderNames.CONTENT_TYPE)
                ? request.headers().get(HeaderNames.CONTENT_TYPE).get()
                : "";
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase(TYPE)) {
            throw new Invalid("The content type has to be " + TYPE);
        }
        byte[] body = body(request);
        if (body.length > MOST_BYTES) {
            throw new Invalid("The form is too long: at most " + MOST_BYTES + " bytes are allowed");
        }
        FormBody form = new FormBody();
        try {
            for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
                String[] parts = pair.split("=", 2);
                form.fields.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
            }
        } catch (IllegalArgumentException e) {
            throw new Invalid("The form is not percent-encoded");
        }
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Any failure here is the client's: it stopped in the middle, or its chunks are malformed. */
    private static byte[] body(ServerRequest request) throws Invalid {
        try {
            return request.content().inputStream().readNBytes(MOST_BYTES + 1);
        } catch (IOException | RuntimeException e) {
            throw new Invalid("The body ends before the length that the request names, or its chunks are damaged");
        }
    }

    /** Without spaces around it; empty when it is not there. */
    public String field(String name) {
        return fields.getOrDefault(name, "").strip();
    }
}
