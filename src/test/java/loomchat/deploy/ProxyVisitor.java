package loomchat.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import loomchat.testing.Certificate;

/** Somebody who comes to a proxy over HTTPS from an address of their own, 127.0.0.x, with the JDK's clients. */
final class ProxyVisitor implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http;
    private final int port;
    private final BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
    private final List<WebSocket> open = new ArrayList<>();

    ProxyVisitor(ProxyProcess proxy, Certificate certificate, String address) throws IOException {
        http = HttpClient.newBuilder()
                .sslContext(certificate.context())
                .localAddress(InetAddress.getByName(address))
                .connectTimeout(PATIENCE)
                .build();
        port = proxy.port();
    }

    /** @param headers names and values */
    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return http.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a form. */
    HttpResponse<String> post(String path, String form, String... headers) throws IOException, InterruptedException {
        return http.send(
                request(path, headers)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The answer as a stream that is still being written. */
    HttpResponse<java.io.InputStream> follow(String path, String... headers) throws IOException, InterruptedException {
        return http.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(PATIENCE);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    /** Opens a WebSocket, as the page would; the status of the answer, 101 when it is open. */
    int connect(String... headers) {
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(PATIENCE);
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try {
            open.add(builder.buildAsync(URI.create("wss://localhost:" + port + "/ws"), new Receiving())
                    .join());
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    void send(String text) {
        open.getLast().sendText(text, true).join();
    }

    /** The next message; null when none comes. */
    String receive() throws InterruptedException {
        return inbox.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private final class Receiving implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                inbox.add(parts.toString());
                parts.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    @Override
    public void close() {
        open.forEach(WebSocket::abort);
        http.shutdownNow();
    }
}
