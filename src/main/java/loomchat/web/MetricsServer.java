package loomchat.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import loomchat.net.Loop;
import loomchat.web.helidon.ConnectionLimits;
import loomchat.web.helidon.HttpServer;
import loomchat.web.response.ErrorResponses;
import loomchat.web.response.RawResponse;
import loomchat.web.response.SecurityHeaders;

/**
 * {@code /metrics} and the two health pages on a port of their own, without a token: for a network that visitors do not
 * reach. It is on the same loops, so that it answers when they do.
 */
final class MetricsServer {
    private static final int MOST_SOCKETS = 32;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final byte[] REFUSAL = RawResponse.of(
            "503 Service Unavailable", "Retry-After: 5\r\n", "Too many connections to the metrics at once");
    private static final ConnectionLimits.PerAddress ANY = new ConnectionLimits.PerAddress() {
        @Override
        public boolean enter(InetAddress peer) {
            return true;
        }

        @Override
        public void leave(InetAddress peer) {
            // Not counted.
        }
    };

    private final HttpServer server;

    private MetricsServer(HttpServer server) {
        this.server = server;
    }

    static MetricsServer start(String host, int port, Loop[] loops, WebServer.Services services)
            throws WebServer.CannotListen {
        try {
            HttpServer server = new HttpServer(
                    new InetSocketAddress(InetAddress.getByName(host), port),
                    loops,
                    routing -> {
                        routing.addFilter(new SecurityHeaders());
                        routing.addFilter(new ConnectionCloseFilter());
                        routing.register(new MetricsRoutes(services.metrics()));
                        routing.register(new HealthRoutes(services.unready(), services.degraded()));
                        routing.any(WebServer::notFound);
                        routing.error(Exception.class, WebServer::failed);
                    },
                    null,
                    new ConnectionLimits(MOST_SOCKETS, ANSWER_TIMEOUT, ANY),
                    ErrorResponses.all(),
                    REFUSAL,
                    () -> {});
            server.start();
            return new MetricsServer(server);
        } catch (UnknownHostException e) {
            throw new WebServer.CannotListen("METRICS_HOST=" + host + " is not a known host name or address");
        } catch (IOException e) {
            throw new WebServer.CannotListen("METRICS_PORT=" + port + " on METRICS_HOST=" + host
                    + " cannot be listened on: " + e.getMessage()
                    + ". Choose another METRICS_PORT or stop the program that uses it");
        }
    }

    int port() {
        return server.address().getPort();
    }

    void closeStale() {
        server.closeStale();
    }

    void close() {
        server.close();
    }
}
