package loomchat.identity.issuers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A real HTTP server with a key set, which behaves as the test wants. */
final class JwksEndpoint implements AutoCloseable {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    final AtomicInteger requests = new AtomicInteger();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpServer server;
    private final String scheme;
    private volatile HttpHandler handler;

    JwksEndpoint() throws IOException {
        this("http", HttpServer.create(ANY_PORT, 0));
    }

    /** Speaks HTTPS. */
    JwksEndpoint(SSLContext certificate) throws IOException {
        this("https", secure(certificate));
    }

    private static HttpServer secure(SSLContext certificate) throws IOException {
        HttpsServer server = HttpsServer.create(ANY_PORT, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate));
        return server;
    }

    private JwksEndpoint(String scheme, HttpServer server) {
        this.scheme = scheme;
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            handler.handle(exchange);
        });
        server.start();
    }

    URI uri() {
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/keys");
    }

    void answers(String json) {
        answers(200, json, null);
    }

    void answers(int status, String body, String cacheControl) {
        handler = exchange -> {
            if (cacheControl != null) {
                exchange.getResponseHeaders().set("Cache-Control", cacheControl);
            }
            if (status / 100 == 3) {
                exchange.getResponseHeaders().set("Location", "/elsewhere");
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    /** The request is read, and nothing more happens. */
    void hangs() {
        handler = exchange -> awaitClose();
    }

    /** The headers and some bytes come, the rest does not. */
    void hangsInTheMiddle() {
        handler = exchange -> {
            begin(exchange);
            awaitClose();
        };
    }

    /** The connection ends before the length that was announced. */
    void breaksInTheMiddle() {
        handler = exchange -> {
            begin(exchange);
            throw new IOException("broken off");
        };
    }

    private static void begin(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"keys\":[".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    /** Bytes come for as long as somebody takes them, without a length. */
    void neverEnds() {
        handler = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
            while (closing.getCount() > 0) {
                exchange.getResponseBody().write(spaces);
            }
        };
    }

    private void awaitClose() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
