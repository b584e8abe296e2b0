package loomchat.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import loomchat.chat.ChatServer;
import loomchat.chat.Protocol;
import loomchat.log.Counters;
import loomchat.log.Event;
import loomchat.net.Loop;
import loomchat.report.LiveLog;
import loomchat.report.ReportService;
import loomchat.web.helidon.ConnectionLimits;
import loomchat.web.helidon.HttpServer;
import loomchat.ws.deflate.Compression;

/** What is served over HTTP: routes, the WebSocket handshake, limits, headers. Started and stopped by the main thread. */
public final class Web {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final byte[] REFUSAL = BareAnswer.of(
            "503 Service Unavailable", "Retry-After: 5\r\n", "The server is full. Please try again in a few seconds.");

    private final HttpServer server;
    private final AddressLimits limits;

    private Web(HttpServer server, AddressLimits limits) {
        this.server = server;
        this.limits = limits;
    }

    /** The address cannot be listened on; the message is one line for the operator. */
    public static final class CannotListen extends Exception {
        CannotListen(String message) {
            super(message);
        }
    }

    /**
     * Settings of what is served.
     *
     * @param echo whether there is a {@code /echo}
     * @param access who may come in
     * @param maxWebSockets open at once
     * @param maxSockets open at once, WebSockets among them
     * @param answerTimeout after which a connection that was answered nothing is closed
     * @param compression null when it is off
     * @param loadTestAnnounce who may announce a load test: {@code local}, {@code any} or {@code off}
     */
    public record Options(
            String host,
            int port,
            boolean echo,
            Access access,
            int maxWebSockets,
            int maxSockets,
            Duration answerTimeout,
            Compression compression,
            String loadTestAnnounce) {}

    /**
     * Who may come in.
     *
     * @param origins whose pages may connect beside our own
     * @param hosts names that this server answers to beside its own
     * @param proxies that tell whose requests they pass on
     * @param perAddress what one address may have and do
     */
    public record Access(
            Set<String> origins, Set<String> hosts, TrustedProxies proxies, AddressLimits.Rules perAddress) {}

    /**
     * What the routes show and feed.
     *
     * @param record takes an event for the log
     * @param unready why no visitor may come in now, or null
     */
    public record Parts(
            ChatServer chat,
            Counters counters,
            ReportService reports,
            LiveLog liveLog,
            Consumer<Event> record,
            Supplier<String> unready) {}

    /** Listens. Returns when connections are accepted. */
    public static Web start(Options options, Loop[] loops, Parts parts) throws CannotListen {
        Access access = options.access();
        AddressLimits limits = new AddressLimits(access.perAddress(), access.proxies(), System::nanoTime);
        AllowedHosts hosts = new AllowedHosts(access.hosts(), options.host());
        Upgrade upgrade = new Upgrade(
                parts.chat(),
                webSocketPaths(options.echo()),
                new Origins(access.origins()),
                hosts,
                access.proxies(),
                limits,
                new Admission(options.maxWebSockets(), limits, parts.unready()),
                parts.counters(),
                options.compression());
        try {
            HttpServer server = new HttpServer(
                    new InetSocketAddress(InetAddress.getByName(options.host()), options.port()),
                    loops,
                    routing -> route(routing, options, parts, hosts, limits),
                    upgrade,
                    new ConnectionLimits(options.maxSockets(), options.answerTimeout(), limits),
                    ErrorAnswers.all(),
                    REFUSAL,
                    parts.counters().connectionsRefused::increment);
            server.start();
            return new Web(server, limits);
        } catch (UnknownHostException e) {
            throw new CannotListen("HOST=" + options.host() + " is not a known host name or address");
        } catch (IOException e) {
            throw new CannotListen("PORT=" + options.port() + " on HOST=" + options.host() + " cannot be listened on: "
                    + e.getMessage() + ". Choose another PORT or stop the program that uses it");
        }
    }

    private static Map<String, Protocol> webSocketPaths(boolean echo) {
        Map<String, Protocol> paths = new HashMap<>(Map.of("/", Protocol.PLAIN, "/ws", Protocol.PLAIN));
        if (echo) {
            paths.put("/echo", Protocol.ECHO);
        }
        return paths;
    }

    private static void route(
            HttpRouting.Builder routing, Options options, Parts parts, AllowedHosts hosts, AddressLimits limits) {
        TrustedProxies proxies = options.access().proxies();
        routing.addFilter(new SecurityHeaders());
        routing.addFilter(new ConnectionClose());
        routing.addFilter(new RequestGate(hosts));
        routing.register(new StaticFiles());
        routing.register(new Health(parts.unready()));
        routing.register(new ReportRoutes(parts.reports(), proxies, limits));
        routing.register(new LogsRoutes(parts.liveLog(), proxies, limits));
        routing.register(new LoadTestRoutes(options.loadTestAnnounce(), proxies, parts.record()));
        routing.any(Web::notFound);
        routing.error(Exception.class, Web::failed);
    }

    private static void notFound(ServerRequest request, ServerResponse response) {
        Replies.line(
                request,
                response,
                Status.NOT_FOUND_404,
                "There is nothing here. The chat is at /, the report at /report, the live log at /logs.");
    }

    private static void failed(ServerRequest request, ServerResponse response, Exception fault) {
        LOGGER.log(System.Logger.Level.ERROR, "A request failed", fault);
        Replies.line(
                request,
                response,
                Status.INTERNAL_SERVER_ERROR_500,
                "The server could not answer this. Please try again.");
    }

    public int port() {
        return server.address().getPort();
    }

    /** Closes HTTP connections that hold a place for too long. Called once a second, from one thread. */
    public void reap() {
        server.closeStale();
        limits.forgetIdle();
    }

    /** Stops listening and ends HTTP connections. Chats are not touched. */
    public void stop() {
        server.close();
    }
}
