package loomchat.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
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
import loomchat.counters.Counters;
import loomchat.identity.AuthMode;
import loomchat.identity.Authenticator;
import loomchat.identity.bans.BanList;
import loomchat.identity.operators.OperatorLogins;
import loomchat.identity.operators.OperatorTokens;
import loomchat.identity.session.VisitorSessions;
import loomchat.identity.work.GuestWork;
import loomchat.livelog.LiveLog;
import loomchat.livelog.ServerNow;
import loomchat.log.Event;
import loomchat.net.Loop;
import loomchat.report.ReportService;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.AllowedHosts;
import loomchat.web.access.AllowedOrigins;
import loomchat.web.access.OperatorAccess;
import loomchat.web.access.TrustedProxies;
import loomchat.web.access.WebSocketAdmission;
import loomchat.web.handshake.VisitorGate;
import loomchat.web.handshake.WebSocketUpgrade;
import loomchat.web.helidon.ConnectionLimits;
import loomchat.web.helidon.HttpServer;
import loomchat.web.response.ErrorResponses;
import loomchat.web.response.RawResponse;
import loomchat.web.response.Responses;
import loomchat.web.response.SecurityHeaders;
import loomchat.ws.deflate.Compression;

/**
 * The web server: routes, filters, the WebSocket handshake and limits, put together. The main thread starts and stops
 * it.
 */
public final class WebServer {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final byte[] REFUSAL = RawResponse.of(
            "503 Service Unavailable", "Retry-After: 5\r\n", "The server is full. Please try again in a few seconds.");

    private final HttpServer server;
    private final AddressLimits limits;
    private final OperatorRoutes operators;
    /** Null without a port of its own. */
    private final MetricsServer metrics;

    private WebServer(HttpServer server, AddressLimits limits, OperatorRoutes operators, MetricsServer metrics) {
        this.server = server;
        this.metrics = metrics;
        this.limits = limits;
        this.operators = operators;
    }

    /** The address cannot be listened on; the message is one line for the operator. */
    public static final class CannotListen extends Exception {
        CannotListen(String message) {
            super(message);
        }
    }

    /**
     * The settings of the web server.
     *
     * @param echo whether {@code /echo} exists
     * @param access who may come in
     * @param auth who may be a guest
     * @param refreshLifetime of an identity, for its cookie
     * @param maxWebSockets open at once
     * @param maxGuests among them
     * @param maxSockets open at once, WebSockets among them
     * @param answerTimeout after which a connection without a response is closed
     * @param compression null when it is off
     * @param loadTestAnnounce who may announce a load test: {@code local}, {@code any} or {@code off}
     * @param reportPublic whether everybody may see the report
     * @param calls whether visitors can call each other
     * @param metricsHost where the metrics have a port of their own
     * @param metricsPort that port, or -1 for none
     */
    public record Options(
            String host,
            int port,
            boolean echo,
            Access access,
            AuthMode auth,
            Duration refreshLifetime,
            int maxWebSockets,
            int maxGuests,
            int maxSockets,
            Duration answerTimeout,
            Compression compression,
            String loadTestAnnounce,
            boolean reportPublic,
            boolean calls,
            String metricsHost,
            int metricsPort) {}

    /**
     * Who may come in.
     *
     * @param origins whose pages may connect, besides our own
     * @param hosts names that this server answers to, besides its own
     * @param proxies trusted to name the clients whose requests they pass on
     * @param perAddress limits for each client address
     */
    public record Access(
            Set<String> origins, Set<String> hosts, TrustedProxies proxies, AddressLimits.Rules perAddress) {}

    /**
     * The parts of the server that routes use.
     *
     * @param sessions null with AUTH=off
     * @param authenticator checks the tokens of handshakes
     * @param guestWork what guests have to solve while many come
     * @param record takes an event for the log
     * @param unready why the server admits nobody now, or null
     * @param degraded what the server does without for now, or null
     * @param servers all of the crowd
     * @param metrics reads all metrics
     */
    public record Services(
            ChatServer chat,
            VisitorSessions sessions,
            Authenticator authenticator,
            GuestWork guestWork,
            Counters counters,
            ReportService reports,
            LiveLog liveLog,
            OperatorTokens operators,
            OperatorLogins logins,
            BanList bans,
            Consumer<Event> record,
            Supplier<String> unready,
            Supplier<String> degraded,
            ServerNow.Source servers,
            Supplier<MetricSnapshots> metrics) {}

    /** Listens. Returns when connections are accepted. */
    public static WebServer start(Options options, Loop[] loops, Services services) throws CannotListen {
        Access access = options.access();
        AddressLimits limits = new AddressLimits(access.perAddress(), access.proxies(), System::nanoTime);
        AllowedHosts hosts = new AllowedHosts(access.hosts(), options.host());
        OperatorAccess operators = new OperatorAccess(services.operators(), services.logins(), access.proxies());
        OperatorRoutes operatorRoutes =
                new OperatorRoutes(operators, services.bans(), access.proxies(), services.record());
        WebSocketUpgrade upgrade = new WebSocketUpgrade(
                services.chat(),
                webSocketPaths(options.echo()),
                new AllowedOrigins(access.origins()),
                hosts,
                access.proxies(),
                limits,
                new VisitorGate(
                        options.auth(),
                        services.authenticator(),
                        services.chat().visitors(),
                        services.bans(),
                        services.guestWork(),
                        limits),
                new WebSocketAdmission(options.maxWebSockets(), options.maxGuests(), limits, services.unready()),
                services.counters(),
                options.compression());
        MetricsServer metrics = options.metricsPort() < 0
                ? null
                : MetricsServer.start(options.metricsHost(), options.metricsPort(), loops, services);
        boolean listens = false;
        try {
            HttpServer server = new HttpServer(
                    new InetSocketAddress(InetAddress.getByName(options.host()), options.port()),
                    loops,
                    routing -> {
                        route(routing, options, services, hosts, limits, operators);
                        routing.register(operatorRoutes);
                        routing.any(WebServer::notFound);
                    },
                    upgrade,
                    new ConnectionLimits(options.maxSockets(), options.answerTimeout(), limits),
                    ErrorResponses.all(),
                    REFUSAL,
                    () -> services.counters().connectionsRefused.increment("sockets"));
            server.start();
            listens = true;
            return new WebServer(server, limits, operatorRoutes, metrics);
        } catch (UnknownHostException e) {
            throw new CannotListen("HOST=" + options.host() + " is not a known host name or address");
        } catch (IOException e) {
            throw new CannotListen("PORT=" + options.port() + " on HOST=" + options.host() + " cannot be listened on: "
                    + e.getMessage() + ". Choose another PORT or stop the program that uses it");
        } finally {
            if (!listens && metrics != null) {
                metrics.close();
            }
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
            HttpRouting.Builder routing,
            Options options,
            Services services,
            AllowedHosts hosts,
            AddressLimits limits,
            OperatorAccess operators) {
        TrustedProxies proxies = options.access().proxies();
        routing.addFilter(new SecurityHeaders());
        routing.addFilter(new ConnectionCloseFilter());
        routing.addFilter(new HostAndPathFilter(hosts));
        routing.addFilter(new OperatorFilter(operators, options.reportPublic()));
        routing.register(new StaticFiles(options.calls(), operators));
        routing.register(new HealthRoutes(services.unready(), services.degraded()));
        routing.register(new SessionRoutes(
                services.sessions(),
                services.bans(),
                services.guestWork(),
                services.counters().sessions,
                options.refreshLifetime(),
                proxies,
                limits,
                services.unready()));
        routing.register(new WorkRoutes(services.guestWork(), proxies));
        routing.register(new ReportRoutes(services.reports(), proxies, limits, operators));
        routing.register(new CompareRoutes(services.reports(), proxies, limits, operators));
        routing.register(
                new LogsRoutes(services.liveLog(), services.servers(), services.unready(), proxies, limits, operators));
        routing.register(new MetricsRoutes(services.metrics()));
        routing.register(new LoadTestRoutes(options.loadTestAnnounce(), operators, services.record()));
        routing.error(Exception.class, WebServer::failed);
    }

    static void notFound(ServerRequest request, ServerResponse response) {
        Responses.line(request, response, Status.NOT_FOUND_404, "There is nothing here. The chat is at /.");
    }

    static void failed(ServerRequest request, ServerResponse response, Exception fault) {
        LOGGER.log(System.Logger.Level.ERROR, "A request failed", fault);
        Responses.line(
                request,
                response,
                Status.INTERNAL_SERVER_ERROR_500,
                "The server could not answer this. Please try again.");
    }

    public int port() {
        return server.address().getPort();
    }

    /** The port that the metrics have of their own, or -1. */
    public int metricsPort() {
        return metrics == null ? -1 : metrics.port();
    }

    /** Closes HTTP connections that wait too long. Called once a second, from one thread. */
    public void reap() {
        server.closeStale();
        if (metrics != null) {
            metrics.closeStale();
        }
        limits.forgetIdle();
        operators.reap();
    }

    /** Stops listening and ends HTTP connections. Chats are not touched. */
    public void stop() {
        server.close();
        if (metrics != null) {
            metrics.close();
        }
    }
}
