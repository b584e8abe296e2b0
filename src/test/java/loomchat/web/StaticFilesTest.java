package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page and its files carry besides their content. */
class StaticFilesTest {
    private static final List<String> OF_DOCUMENTS =
            List.of("X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy");

    private static final Map<String, String> TYPES = Map.of(
            "/scripts/chat/page.js", "text/javascript; charset=utf-8",
            "/scripts/chat/identity/work-worker.js", "text/javascript; charset=utf-8",
            "/styles/base.css", "text/css; charset=utf-8",
            "/languages/ar.json", "application/json",
            "/manifest.webmanifest", "application/manifest+json",
            "/icons/icon-192.png", "image/png",
            "/favicon.svg", "image/svg+xml");

    @TempDir
    static Path logs;

    private static Loomchat server;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        server = Loomchat.start(
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString(), "DRAIN_TIMEOUT", "0s"));
    }

    @AfterAll
    static void stop() {
        server.close();
        CLIENT.close();
    }

    @Test
    void aPageHasAllSecurityHeaders() throws Exception {
        for (String path : List.of("/", "/index.html", "/nothing-here")) {
            HttpResponse<String> page = get(path, "");
            assertThat(page.headers().allValues("Content-Security-Policy"))
                    .as(path)
                    .singleElement()
                    .asString()
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
            OF_DOCUMENTS.forEach(each -> assertThat(page.headers().allValues(each))
                    .as(path + ", " + each)
                    .hasSize(1));
        }
    }

    @Test
    void aFileOfAPageMayLoadNothingAndIsForThisSiteAlone() throws Exception {
        for (String path : TYPES.keySet()) {
            HttpResponse<String> file = get(path, "");
            assertThat(file.statusCode()).as(path).isEqualTo(200);
            assertThat(file.headers().allValues("Content-Type")).as(path).containsExactly(TYPES.get(path));
            assertThat(file.headers().allValues("Content-Security-Policy")).containsExactly("default-src 'none'");
            assertThat(file.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(file.headers().allValues("Cross-Origin-Resource-Policy")).containsExactly("same-origin");
            OF_DOCUMENTS.forEach(each -> assertThat(file.headers().allValues(each))
                    .as(path + ", " + each)
                    .isEmpty());
        }
    }

    @Test
    void aFileThatIsKnownIsNotSentAgain() throws Exception {
        String tag = get("/styles/base.css", "").headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = get("/styles/base.css", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(get("/styles/base.css", "\"another\"").statusCode()).isEqualTo(200);
        assertThat(again.headers().allValues("Content-Security-Policy")).containsExactly("default-src 'none'");
    }

    private static HttpResponse<String> get(String path, String tag) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        if (!tag.isEmpty()) {
            request.header("If-None-Match", tag);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
