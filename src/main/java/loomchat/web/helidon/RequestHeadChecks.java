package loomchat.web.helidon;

import io.helidon.http.BadRequestException;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.util.regex.Pattern;

/**
 * Checks a request's head beyond Helidon's own checks, so that no server in front of this one can find another request
 * in the same bytes (RFC 9112, 11.2): one length, written in one way. Each connection's thread calls it with a new
 * head; an exception is answered with 400 and ends the connection.
 */
final class RequestHeadChecks implements Http1ConnectionListener {
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");
    private static final HeaderName NO_NAME = HeaderNames.create("");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
        if (!METHOD.matcher(prologue.method().text()).matches()) {
            throw new BadRequestException("The method is not a token");
        }
        if (!prologue.uriPath().rawPath().startsWith("/")) {
            throw new BadRequestException("The target must be a path: this is not a proxy");
        }
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        if (headers.contains(NO_NAME)) {
            throw new BadRequestException("A header has no name");
        }
        boolean chunked = headers.contains(HeaderNames.TRANSFER_ENCODING);
        boolean length = headers.contains(HeaderNames.CONTENT_LENGTH);
        if (chunked && length) {
            throw new BadRequestException("Content-Length and Transfer-Encoding exclude each other");
        }
        if (length
                && !LENGTH.matcher(only(headers.get(HeaderNames.CONTENT_LENGTH)))
                        .matches()) {
            throw new BadRequestException("Content-Length must be one whole number");
        }
        if (chunked && !only(headers.get(HeaderNames.TRANSFER_ENCODING)).equals("chunked")) {
            throw new BadRequestException("The only Transfer-Encoding is chunked");
        }
        if (headers.contains(HeaderNames.UPGRADE)) {
            checkUpgrade(headers, chunked);
        }
        if (chunked) {
            ((HttpConnection) context).expectChunks();
        }
    }

    /** The value of a header that must occur once; for more than one a text that no check accepts. */
    private static String only(Header header) {
        return header.valueCount() == 1 ? header.get() : ",";
    }

    /** Helidon compares the protocol exactly; its letter case does not matter (RFC 9110, 7.8). */
    private static void checkUpgrade(Headers headers, boolean chunked) {
        if (!headers.get(HeaderNames.UPGRADE).get().equalsIgnoreCase(HttpServer.WEBSOCKET)) {
            return;
        }
        if (chunked || headers.contentLength().orElse(0) > 0) {
            throw new BadRequestException("A WebSocket handshake has no body");
        }
        ((WritableHeaders<?>) headers).set(HeaderNames.UPGRADE, HttpServer.WEBSOCKET);
    }
}
