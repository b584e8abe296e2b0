package loomchat.web;

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
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/**
 * The files of {@code static/}, read and compressed whole at start and served from memory by their exact names: no path of a
 * request ever reaches a file system. Any thread.
 */
final class StaticFiles implements HttpService {
    private static final String FOLDER = "/static";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "webmanifest", "application/manifest+json",
            "png", "image/png",
            "ico", "image/x-icon",
            "txt", "text/plain; charset=utf-8");

    private static final String GZIP = "gzip";

    /** One way of sending a file, with its own tag (RFC 9110, 8.8.3.3). */
    private record Content(byte[] bytes, String tag) {}

    /** {@code zipped} is null where it would not be smaller. */
    private record File(String type, Content plain, Content zipped) {}

    private final Map<String, File> files = new TreeMap<>();

    StaticFiles() {
        try {
            URL folder = StaticFiles.class.getResource(FOLDER);
            if (folder == null) {
                throw new IllegalStateException("The program lacks its static files");
            }
            readAll(folder.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readAll(URI folder) throws IOException {
        if (!"jar".equals(folder.getScheme())) {
            readAll(Path.of(folder));
            return;
        }
        try (FileSystem jar = FileSystems.newFileSystem(folder, Map.of())) {
            readAll(jar.getPath(FOLDER));
        }
    }

    private void readAll(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
                String name = folder.relativize(each).toString().replace('\\', '/');
                String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
                if (type != null) {
                    files.put("/" + name, file(each, type));
                }
            }
        }
    }

    private static File file(Path path, String type) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        ByteArrayOutputStream zipped = new ByteArrayOutputStream(bytes.length);
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        boolean smaller = zipped.size() < bytes.length;
        return new File(type, content(bytes, ""), smaller ? content(zipped.toByteArray(), "-" + GZIP) : null);
    }

    private static Content content(byte[] bytes, String suffix) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return new Content(bytes, "\"" + Long.toHexString(sum.getValue()) + "-" + bytes.length + suffix + "\"");
    }

    @Override
    public void routing(HttpRules rules) {
        files.forEach((path, file) -> serve(rules, path, file));
        serve(rules, "/", files.get("/index.html"));
        serve(rules, "/ws", files.get("/index.html"));
    }

    private static void serve(HttpRules rules, String path, File file) {
        Handler handler = (request, response) -> send(file, request, response);
        rules.get(path, handler).head(path, handler);
    }

    private static void send(File file, ServerRequest request, ServerResponse response) {
        boolean zip = file.zipped != null && takesGzip(request);
        Content content = zip ? file.zipped : file.plain;
        response.header(HeaderNames.ETAG, content.tag);
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        response.header(HeaderNames.VARY, HeaderNames.ACCEPT_ENCODING.defaultCase());
        if (request.headers().contains(HeaderNames.IF_NONE_MATCH)
                && request.headers().get(HeaderNames.IF_NONE_MATCH).get().contains(content.tag)) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, file.type);
        if (zip) {
            response.header(HeaderNames.CONTENT_ENCODING, GZIP);
        }
        Replies.send(request, response, content.bytes);
    }

    /** Whether gzip is named and not with a weight of 0 (RFC 9110, 12.5.3). */
    private static boolean takesGzip(ServerRequest request) {
        String all = String.join(",", request.headers().all(HeaderNames.ACCEPT_ENCODING, List::of));
        for (String each : all.toLowerCase(Locale.ROOT).replace(" ", "").split(",")) {
            String[] parts = each.split(";");
            if (parts[0].equals(GZIP)) {
                return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }
}
