package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The files of {@code static/}, read whole at start and served from memory by their exact names: no path of a request ever
 * reaches a file system. Any thread.
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

    private record File(byte[] bytes, String type, String tag) {}

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
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readAllBytes();
        }
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return new File(bytes, type, "\"" + Long.toHexString(sum.getValue()) + "-" + bytes.length + "\"");
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
        response.header(HeaderNames.ETAG, file.tag);
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        if (request.headers().contains(HeaderNames.IF_NONE_MATCH)
                && request.headers().get(HeaderNames.IF_NONE_MATCH).get().contains(file.tag)) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, file.type);
        response.send(file.bytes);
    }
}
