package loomchat.web.response;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A file that does not change while the server runs, plain and compressed.
 *
 * @param zipped null where compression would not make it smaller
 */
public record Asset(String type, Content plain, Content zipped) {
    /** One form of it, with its own tag (RFC 9110, 8.8.3.3). */
    public record Content(byte[] bytes, String tag) {
        static Content of(byte[] bytes, String suffix) {
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            return new Content(bytes, "\"" + Long.toHexString(sum.getValue()) + "-" + bytes.length + suffix + "\"");
        }
    }

    /** Once at the start, so it may take its time. */
    private static final class BestCompression extends GZIPOutputStream {
        BestCompression(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    public static Asset of(String type, byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream(bytes.length);
        try (GZIPOutputStream out = new BestCompression(zipped)) {
            out.write(bytes);
        }
        boolean smaller = zipped.size() < bytes.length;
        return new Asset(type, Content.of(bytes, ""), smaller ? Content.of(zipped.toByteArray(), "-gzip") : null);
    }

    public void send(ServerRequest request, ServerResponse response, String cacheControl) {
        boolean zip = zipped != null && Responses.mayZip(request, response);
        Content content = zip ? zipped : plain;
        response.header(HeaderNames.ETAG, content.tag);
        response.header(HeaderNames.CACHE_CONTROL, cacheControl);
        if (request.headers().contains(HeaderNames.IF_NONE_MATCH)
                && request.headers().get(HeaderNames.IF_NONE_MATCH).get().contains(content.tag)) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, type);
        Responses.send(request, response, content.bytes, zip);
    }
}
