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
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import loomchat.html.PageFrame;
import loomchat.web.access.OperatorAccess;
import loomchat.web.response.Asset;
import loomchat.web.response.Responses;
import loomchat.web.response.SecurityHeaders;
import loomchat.web.response.SourceText;

/**
 * Serves the files of {@code static/} and its folders under their exact names. All are read and compressed at the
 * start and served from memory: no path of a request reaches a file system. Any thread.
 *
 * <p>The chat page has two forms, each with its own tag: one for visitors, and one for operators with their navigation,
 * which no shared cache may keep. A browser asks again each time ({@code no-cache}) and so gets the other form when
 * its reader has signed in or out.
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

    /** What the page has in place of the operators' navigation. */
    private static final String NAVIGATION = "<!-- The operators' navigation -->";

    private static final String EVERYBODY = "no-cache";
    private static final String ONE_READER = "private, no-cache";

    private final boolean calls;
    private final OperatorAccess access;
    private final Map<String, Asset> files = new TreeMap<>();

    /** @param calls whether visitors can call each other */
    StaticFiles(boolean calls, OperatorAccess access) {
        this.access = access;
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
                    byte[] bytes = Files.readAllBytes(each);
                    boolean source = name.endsWith(".js") || name.endsWith(".css");
                    files.put("/" + name, Asset.of(type, source ? SourceText.withoutComments(bytes) : bytes));
                }
            }
        }
    }

    @Override
    public void routing(HttpRules rules) {
        Handler page = page(files.remove("/index.html"));
        files.forEach((path, file) -> Responses.page(rules, path, file(file)));
        for (String path : List.of("/", "/index.html", "/ws")) {
            Responses.page(rules, path, page);
        }
    }

    private static Handler file(Asset file) {
        return (request, response) -> {
            SecurityHeaders.forFile(response);
            file.send(request, response, EVERYBODY);
        };
    }

    private Handler page(Asset template) {
        Asset visitors = withNavigation(template, "");
        Asset operators = withNavigation(template, PageFrame.navigation("/"));
        return (request, response) -> {
            if (calls) {
                response.header(FOR_CALLS);
            }
            if (access.operator(request.remotePeer().address(), request.headers()) == null) {
                visitors.send(request, response, EVERYBODY);
            } else {
                operators.send(request, response, ONE_READER);
            }
        };
    }

    private static Asset withNavigation(Asset template, String navigation) {
        String text = new String(template.plain().bytes(), StandardCharsets.UTF_8);
        if (!text.contains(NAVIGATION)) {
            throw new IllegalStateException("The chat page lacks a place for the operators' navigation");
        }
        try {
            return Asset.of(
                    template.type(), text.replace(NAVIGATION, navigation).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
