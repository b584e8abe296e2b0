package loomchat.deploy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Three servers behind a proxy that answer each request with their own port, and are always ready. */
final class StandIns implements AutoCloseable {
    /** What is of one server, and so has to come from one for each client. */
    static final List<String> OF_ONE_SERVER = List.of(
            "/report",
            "/report?range=1h",
            "/report.json",
            "/report/loadtest?run=a",
            "/logs",
            "/logs?session=5",
            "/logs/events?session=5",
            "/operator",
            "/metrics",
            "/loadtest");

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param ports on 127.0.0.1, 0 for any */
    StandIns(int... ports) throws IOException {
        for (int each : ports) {
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", each), 0);
            byte[] name = Integer.toString(server.getAddress().getPort()).getBytes(StandardCharsets.UTF_8);
            server.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, name.length);
                    exchange.getResponseBody().write(name);
                }
            });
            server.setExecutor(threads);
            server.start();
            servers.add(server);
        }
    }

    int[] ports() {
        return servers.stream().mapToInt(each -> each.getAddress().getPort()).toArray();
    }

    /** Ends the one that answers with this name. */
    void end(String name) {
        for (HttpServer each : servers) {
            if (name.equals(Integer.toString(each.getAddress().getPort()))) {
                each.stop(0);
            }
        }
    }

    @Override
    public void close() {
        servers.forEach(each -> each.stop(0));
        threads.shutdownNow();
    }
}
