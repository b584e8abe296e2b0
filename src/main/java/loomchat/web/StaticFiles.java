package loomchat.web;

import io.helidon.http.Header;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
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
import loomchat.web.response.Asset;
import loomchat.web.response.Responses;
import loomchat.web.response.SecurityHeaders;

/**
 * Serves the files of {@code static/} and its folders under their exact names. All are read and compressed at the
 * start and served from memory: no path of a request reaches a file system. Any thread.
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

    /** Replaces the header that every response has: the page's own scripts may use them, and no frame. */
    private static final Header FOR_CALLS = HeaderValues.create(
            "Permissions-Policy",
            "camera=(self), microphone=(self), fullscreen=(self), picture-in-picture=(self), geolocation=()");

    private final boolean calls;
    private final Map<String, Asset> files = new TreeMap<>();

    /** @param calls whether visitors can call each other */
    StaticFiles(boolean calls) {
        this.calls = calls;
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
                    files.put("/" + name, Asset.of(type, Files.readAllBytes(each)));
                }
            }
        }
    }

    @Override
    public void routing(HttpRules rules) {
        Asset page = files.get("/index.html");
        files.forEach((path, file) -> Responses.page(rules, path, answer(file, calls && file == page)));
        Responses.page(rules, "/", answer(page, calls));
        Responses.page(rules, "/ws", answer(page, calls));
    }

    private static Handler answer(Asset file, boolean forCalls) {
        boolean document = file.type().equals(TYPES.get("html"));
        return (request, response) -> {
            if (!document) {
                SecurityHeaders.forFile(response);
            } else if (forCalls) {
                response.header(FOR_CALLS);
            }
            file.send(request, response, "no-cache");
        };
    }
}
