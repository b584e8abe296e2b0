package loomchat.web;

import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.Http1ConnectionSelectorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import loomchat.chat.Chat;
import loomchat.log.Counters;
import loomchat.net.Door;
import loomchat.net.LoopSockets;
import loomchat.ws.Compression;

/** The HTTP server: routes, upgrade, limits, headers. Started and stopped by the main thread. */
public final class Web {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final int BACKLOG = 4096;
    private static final int MOST_HEADER_BYTES = 16 * 1024;
    private static final int MOST_BODY_BYTES = 64 * 1024;

    private final WebServer server;

    private Web(WebServer server) {
        this.server = server;
    }

    /** The address cannot be listened on; the message is one line for the operator. */
    public static final class CannotListen extends Exception {
        CannotListen(String message) {
            super(message);
        }
    }

    /**
     * What the HTTP server needs.
     *
     * @param origins whose pages may connect beside our own
     * @param compression null when it is off
     * @param unready why no visitor may come in now, or null
     */
    public record Options(
            String host,
            int port,
            boolean echo,
            Set<String> origins,
            Door door,
            Admission admission,
            Compression compression,
            Supplier<String> unready) {}

    /** Listens. Returns when connections are accepted. */
    public static Web start(Options options, Chat chat, Counters counters, List<HttpService> services)
            throws CannotListen {
        checkAddress(options);
        WebServer server = WebServer.builder()
                .host(options.host())
                .port(options.port())
                .backlog(BACKLOG)
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .putListenerSocketOption(Door.DOOR, options.door())
                .connectionOptions(socket -> socket.tcpNoDelay(true))
                .idleConnectionTimeout(Duration.ofSeconds(60))
                .idleConnectionPeriod(Duration.ofSeconds(10))
                .shutdownGracePeriod(Duration.ofMillis(500))
                .maxPayloadSize(MOST_BODY_BYTES)
                .addConnectionSelector(selector(new Upgrade(
                        chat,
                        webSocketPaths(options.echo()),
                        new Origins(options.origins()),
                        options.admission(),
                        counters,
                        options.compression())))
                .addRouting(routing(options, services))
                .build()
                .start();
        if (!server.isRunning()) {
            throw new CannotListen("PORT=" + options.port() + ": the HTTP server could not be started");
        }
        return new Web(server);
    }

    private static Map<String, Chat.Kind> webSocketPaths(boolean echo) {
        Map<String, Chat.Kind> paths = new HashMap<>(Map.of("/", Chat.Kind.PLAIN, "/ws", Chat.Kind.PLAIN));
        if (echo) {
            paths.put("/echo", Chat.Kind.ECHO);
        }
        return paths;
    }

    /** Says in one line what is wrong with the address, before the HTTP server tries. */
    private static void checkAddress(Options options) throws CannotListen {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            LoopSockets.install();
            probe.bind(new InetSocketAddress(InetAddress.getByName(options.host()), options.port()));
        } catch (UnknownHostException e) {
            throw new CannotListen("HOST=" + options.host() + " is not a known host name or address");
        } catch (IOException e) {
            throw new CannotListen("PORT=" + options.port() + " on HOST=" + options.host() + " cannot be listened on: "
                    + e.getMessage() + ". Choose another PORT or stop the program that uses it");
        }
    }

    /** The HTTP server looks an upgrade up by its exact name, which clients may spell in any letter case: all are there. */
    private static Http1ConnectionSelector selector(Upgrade upgrade) {
        Http1ConnectionSelectorConfig.Builder builder = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxHeadersSize(MOST_HEADER_BYTES)
                        // Rejects a colon in a query, which RFC 3986 allows and every time of day has.
                        .validatePrologue(false)
                        .sendLog(false)
                        .receiveLog(false)
                        .build());
        String name = upgrade.supportedProtocol();
        for (int capitals = 0; capitals < 1 << name.length(); capitals++) {
            StringBuilder spelling = new StringBuilder(name);
            for (int i = 0; i < name.length(); i++) {
                if ((capitals >> i & 1) == 1) {
                    spelling.setCharAt(i, Character.toUpperCase(name.charAt(i)));
                }
            }
            builder.putUpgrader(spelling.toString(), upgrade);
        }
        return builder.build();
    }

    private static HttpRouting.Builder routing(Options options, List<HttpService> services) {
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(new SecurityHeaders());
        routing.addFilter(new ConnectionClose());
        routing.register(new StaticFiles());
        routing.register(new Health(options.unready()));
        services.forEach(routing::register);
        routing.any(Web::notFound);
        routing.error(Exception.class, Web::failed);
        return routing;
    }

    private static void notFound(ServerRequest request, ServerResponse response) {
        Replies.line(
                request,
                response,
                Status.NOT_FOUND_404,
                "There is nothing here. The chat is at /, the report at /report, the live log at /logs.");
    }

    private static void failed(ServerRequest request, ServerResponse response, Exception fault) {
        if (fault instanceof java.io.UncheckedIOException) {
            // The client went away while it was answered.
            throw (java.io.UncheckedIOException) fault;
        }
        LOGGER.log(System.Logger.Level.ERROR, "A request failed", fault);
        Replies.line(
                request,
                response,
                Status.INTERNAL_SERVER_ERROR_500,
                "The server could not answer this. Please try again.");
    }

    public int port() {
        return server.port();
    }

    /** Stops listening and ends HTTP connections. Chats are not touched. */
    public void stop() {
        server.stop();
    }
}
