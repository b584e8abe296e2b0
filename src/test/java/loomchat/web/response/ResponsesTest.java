package loomchat.web.response;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP asks of every answer (RFC 9110, RFC 9112), through real sockets. */
class ResponsesTest {
    @TempDir
    Path logs;

    @Test
    void aHeadHasTheLengthOfTheContentAndNoContentAndTheConnectionEndsWhereItWasAskedFor() throws Exception {
        Map<String, String> settings =
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString(), "DRAIN_TIMEOUT", "0s");
        try (Loomchat server = Loomchat.start(settings)) {
            for (String path : List.of(
                    "/",
                    "/index.html",
                    "/styles/base.css",
                    "/scripts/chat/page.js",
                    "/healthz",
                    "/readyz",
                    "/logs",
                    "/logs?x=1",
                    "/report/uPlot.css",
                    "/report?x=1",
                    "/nothing")) {
                String length = ask(server, "GET", path, "close").header("Content-Length");
                Response head = ask(server, "HEAD", path, "close");
                assertThat(head.body()).as(path).isEmpty();
                if (!path.equals("/logs")) {
                    assertThat(head.header("Content-Length")).as(path).isEqualTo(length);
                }
            }
            ask(server, "GET", "/healthz", "Close");
            ask(server, "GET", "/healthz", "x-hop , close");
        }
    }

    /** Asks on a connection of its own, which the server has to end. */
    private static Response ask(Loomchat server, String method, String path, String connection) throws IOException {
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: " + connection + "\r\n\r\n");
            Response response = client.readResponse();
            assertThat(client.isEnded()).as(method + " " + path).isTrue();
            return response;
        }
    }
}
