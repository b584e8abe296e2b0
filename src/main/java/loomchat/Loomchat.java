package loomchat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import loomchat.chat.ChatContext;
import loomchat.chat.ChatServer;
import loomchat.chat.DisconnectReason;
import loomchat.chat.visitor.Blocks;
import loomchat.chat.visitor.Visitors;
import loomchat.cluster.Cluster;
import loomchat.cluster.redis.RedisLink;
import loomchat.counters.Counters;
import loomchat.identity.Identity;
import loomchat.identity.bans.Ban;
import loomchat.identity.operators.OperatorLogins;
import loomchat.identity.refresh.RefreshFamilies.EndReason;
import loomchat.identity.session.SharedIdentities;
import loomchat.livelog.LiveLog;
import loomchat.livelog.ServerNow;
import loomchat.log.Event;
import loomchat.log.EventLog;
import loomchat.log.LogHealth;
import loomchat.log.LogUnavailable;
import loomchat.log.Sampler;
import loomchat.metrics.LoopProbe;
import loomchat.net.Loop;
import loomchat.report.ReportService;
import loomchat.report.history.Crowd;
import loomchat.report.history.LogStall;
import loomchat.web.WebServer;
import loomchat.web.handshake.WebSocketUpgrade;
import loomchat.ws.deflate.Compression;

/**
 * A running server: its parts in the order in which data flows. {@link #start} and {@link #close} run on the main
 * thread. When a part fails, {@link FatalErrorHandler} ends the server, on a thread of its own. Long, because starting
 * and stopping are read side by side.
 */
public final class Loomchat implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");

    /** TCP connections that may be open beside the WebSockets, for pages and handshakes. */
    private static final int HTTP_CONNECTIONS = Settings.FILES_FOR_OTHERS / 2;

    private static final int MOST_COMPRESSION_CONTEXTS = 128;
    private static final int AUTH_CLOSE_CODE = 4003;
    private static final int MOST_FLAGS = 500;
    private static final String ON_THE_JDKS_SCHEDULER =
            "Connections run on the JDK's scheduler, not on the loops that poll them: a message costs up to three"
                    + " times as much. Start the jar (java -jar), or add --add-opens=java.base/java.lang=ALL-UNNAMED";
    /** A server that has failed may take this long to stop. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(15);

    private final Settings config;
    private final StateWatch state;
    private final ReportService reports;
    private final LiveLog liveLog;
    private final EventLog log;
    private final IdentityParts identities;
    private final Sampler sampler;
    /** Null for a server of its own. */
    private final Cluster cluster;

    private final Counters counters = new Counters();
    private final Loop[] loops;
    private final ChatServer chat;
    private final WebServer web;
    private final LoopProbe probe;
    private final Reaper reaper;
    private final long startedNanos = System.nanoTime();
    private final CountDownLatch recorded = new CountDownLatch(1);
    private final CountDownLatch complete = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ReentrantLock closeLock = new ReentrantLock();
    private final FatalErrorHandler fatalErrorHandler;
    private volatile int drainSeconds;

    /** Guarded by {@link #closeLock}. */
    private long linesLost;
    /** Of this run, once the log is closed and has all of them; -1 otherwise. */
    private volatile long linesWritten = -1;

    /** The server cannot start; the message is one line for the operator. */
    public static final class CannotStart extends Exception {
        CannotStart(String message) {
            super(message);
        }
    }

    /** Starts a server with these settings, as environment variables. It closes itself when a part of it fails. */
    public static Loomchat start(Map<String, String> environment) throws CannotStart {
        return start(environment, () -> {});
    }

    /** @param onFailed called when a part has failed and the server has stopped, or did not stop in time */
    static Loomchat start(Map<String, String> environment, Runnable onFailed) throws CannotStart {
        try {
            return new Loomchat(Settings.from(environment), onFailed);
        } catch (SettingsReader.InvalidSetting
                | StateWatch.Unusable
                | LogUnavailable
                | IdentityParts.Unusable
                | RedisLink.Unusable
                | WebServer.CannotListen e) {
            throw new CannotStart(e.getMessage());
        }
    }

    private Loomchat(Settings config, Runnable onFailed)
            throws StateWatch.Unusable, LogUnavailable, IdentityParts.Unusable, RedisLink.Unusable,
                    WebServer.CannotListen {
        this.config = config;
        drainSeconds = config.drainSeconds();
        reports = new ReportService(config.reportFolders(), this::crowd, this::logStall);
        liveLog = new LiveLog(config.log().dir());
        fatalErrorHandler = new FatalErrorHandler(config.processLog(), this::stopFailed, LAST_PATIENCE, onFailed);
        try {
            log = EventLog.open(config.log(), reports::sealed);
        } catch (LogUnavailable e) {
            fatalErrorHandler.close();
            throw e;
        }
        log.onFatal(fatalErrorHandler);
        try {
            cluster = config.redis() == null
                    ? null
                    : Cluster.open(
                            config.redis(),
                            config.v1Limits().resumeSeconds(),
                            config.identity().refreshLifetime());
            identities = IdentityParts.open(
                    config.identity(),
                    this::identityEnded,
                    cluster == null ? SharedIdentities.NONE : cluster.identities());
        } catch (IdentityParts.Unusable | RedisLink.Unusable e) {
            log.close();
            fatalErrorHandler.close();
            throw e;
        }
        try {
            state = StateWatch.open(config.identity(), identities);
        } catch (StateWatch.Unusable e) {
            identities.close();
            log.close();
            fatalErrorHandler.close();
            throw e;
        }
        loops = IntStream.range(0, config.ioThreads())
                .mapToObj(i -> new Loop("loop-" + i, fatalErrorHandler))
                .toArray(Loop[]::new);
        try {
            var visitors = new Visitors(config.identity().visitors(), this.blocks(), state::suspend, System::nanoTime);
            var context = new ChatContext(
                    config.limits(),
                    log,
                    counters,
                    visitors,
                    identities.authenticator(),
                    System::currentTimeMillis,
                    System::nanoTime);
            if (cluster != null) {
                cluster.onFatal(fatalErrorHandler);
            }
            chat = ChatWiring.server(context, config.v1Limits(), config.calls(), cluster);
            sampler = new Sampler(
                    log, counters, this::liveVirtualThreads, () -> Loop.carriesThreads() ? loops.length : 0);
            probe = new LoopProbe(loops);
            web = listen();
        } catch (WebServer.CannotListen e) {
            leaveCluster();
            closeLoops();
            identities.close();
            log.close();
            throw e;
        }
        if (!Loop.carriesThreads()) {
            LOGGER.log(System.Logger.Level.WARNING, ON_THE_JDKS_SCHEDULER);
        }
        log.record(started());
        recorded.countDown();
        state.start(log::record, this::banned, cluster);
        if (cluster != null) {
            boolean sharesKeys = config.identity().keysFile() == null;
            cluster.listen(
                    new ClusterNews(state, identities, chat.visitors()),
                    sharesKeys ? identities.keys()::exported : Map::of);
        }
        sampler.start();
        reaper = new Reaper(this::cutOverdue, fatalErrorHandler);
        complete.countDown();
    }

    private Blocks blocks() {
        return cluster == null ? identities.blocks() : ClusterNews.shared(identities.blocks(), cluster);
    }

    private WebServer listen() throws WebServer.CannotListen {
        WebServer.Options options = new WebServer.Options(
                config.host(),
                config.port(),
                config.echoEndpoint(),
                config.access(),
                config.identity().auth(),
                config.identity().refreshLifetime(),
                config.maxConnections(),
                config.identity().mostGuests(),
                config.maxConnections() + HTTP_CONNECTIONS,
                config.requestTimeout(),
                config.compression() ? new Compression(MOST_COMPRESSION_CONTEXTS) : null,
                config.loadTestAnnounce(),
                config.identity().reportPublic(),
                config.calls().on(),
                config.metrics().host(),
                config.metrics().port());
        Supplier<String> unready = unready();
        ServerMetrics metrics = new ServerMetrics(
                new ServerMetrics.Parts(
                        counters,
                        log,
                        sampler,
                        reports,
                        loops,
                        probe,
                        cluster,
                        config.maxConnections(),
                        chat::away,
                        chat::longestWaitMillis,
                        () -> unready.get() == null),
                logDir().toFile());
        WebServer.Services parts = new WebServer.Services(
                chat,
                identities.sessions(),
                identities.authenticator(),
                identities.guestWork(),
                counters,
                reports,
                liveLog,
                state.operators(),
                new OperatorLogins(
                        identities.keys(), state.operators(), identities.signedOut(), System::currentTimeMillis),
                state.bans(),
                log::record,
                unready,
                () -> cluster == null ? null : cluster.degraded(),
                this::servers,
                metrics::read);
        WebServer listening = WebServer.start(options, loops, parts);
        if (cluster != null) {
            cluster.listensAt(listening.port());
        }
        return listening;
    }

    /** Null for a server of its own. */
    private Crowd crowd() {
        return cluster == null ? null : new Crowd(cluster.name(), cluster.size());
    }

    /** Null while the log can be written. */
    private LogStall logStall() {
        LogHealth health = log.health();
        return health.healthy() ? null : new LogStall(health.stalledSince(), health.cause());
    }

    private List<ServerNow> servers() throws InterruptedException {
        return cluster == null
                ? List.of()
                : cluster.servers().stream()
                        .map(each -> new ServerNow(
                                each.name(), each.own(), each.connections(), each.chats(), each.waiting()))
                        .toList();
    }

    /** Why no visitor is let in now, or null. */
    private Supplier<String> unready() {
        return () -> {
            String failure = fatalErrorHandler.failure();
            if (failure != null) {
                return "The server has failed and is ending (" + failure + ")";
            }
            if (stopping.getCount() == 0) {
                return "The server is going away";
            }
            if (!isRecorded()) {
                return "The server is starting";
            }
            LogHealth health = log.health();
            return health.healthy() ? null : "The log cannot be written: " + health.cause();
        };
    }

    /** The first line of a run is its start: an earlier visitor waits for it, for microseconds. */
    private boolean isRecorded() {
        try {
            return recorded.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private long liveVirtualThreads() {
        return Arrays.stream(loops).mapToLong(Loop::liveThreads).sum();
    }

    private Event started() {
        return new Event.ServerStarted(
                System.currentTimeMillis(),
                version(),
                Runtime.version().toString(),
                ProcessHandle.current().pid(),
                config.host() + ":" + web.port(),
                config.changed(),
                log.tornBytes(),
                Loop.carriesThreads() ? "loops" : "jdk",
                cluster == null ? 0 : cluster.node(),
                flags());
    }

    /** Without properties ({@code -D…}), which may hold secrets. */
    private static String flags() {
        String flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith("-X") && !each.startsWith("-Xlog"))
                .collect(Collectors.joining(" "));
        return flags.substring(0, Math.min(flags.length(), MOST_FLAGS));
    }

    /** Request thread: nobody may go on with the tokens of this identity. */
    private void identityEnded(Identity identity, EndReason reason) {
        if (reason == EndReason.REPLAY) {
            counters.sessions.increment("replayed");
        }
        if (reason != EndReason.ELSEWHERE) {
            log.record(new Event.SessionRevoked(
                    System.currentTimeMillis(), identity.subject(), reason == EndReason.REPLAY ? "replay" : "ended"));
        }
        chat.endAll(
                visitor -> visitor.identity() != null
                        && identity.session().equals(visitor.identity().session()),
                DisconnectReason.REVOKED,
                AUTH_CLOSE_CODE,
                "The session was ended");
    }

    /** Whoever is here and must not be any more. */
    private void banned(Ban ban) {
        chat.endAll(
                visitor -> ban.target().covers(visitor.subject(), visitor.address()),
                DisconnectReason.BANNED,
                WebSocketUpgrade.BANNED_CLOSE_CODE,
                ban.closeText());
    }

    private void cutOverdue() {
        chat.reap();
        web.reap();
        probe.tick();
    }

    /** Last resort thread: saves what can be saved. */
    private void stopFailed() {
        try {
            if (complete.await(LAST_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                drainSeconds = 0;
                stop("failed: " + fatalErrorHandler.failure());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public int port() {
        return web.port();
    }

    /** The port that the metrics have of their own, or -1. */
    public int metricsPort() {
        return web.metricsPort();
    }

    public String host() {
        return config.host();
    }

    /** The folder of the log files. */
    public java.nio.file.Path logDir() {
        return config.log().dir();
    }

    /** How many lines the log files have of this run when it has ended and no line is missing; -1 otherwise. */
    long linesWritten() {
        return linesWritten;
    }

    /** Which part failed and why, in a few words; null when none did. */
    public String failure() {
        return fatalErrorHandler.failure();
    }

    /** As {@link #close}, with another reason in the log. False when log lines could not be written. */
    public boolean stop(String reason) {
        return closeFor(reason) == 0;
    }

    /** Sends all clients away, waits until they are gone, and closes the log. Takes some seconds at the most. */
    @Override
    public void close() {
        closeFor("closed");
    }

    /** Returns how many log lines could not be written. A second caller waits until everything is closed. */
    private long closeFor(String reason) {
        closeLock.lock();
        try {
            if (stopping.getCount() > 0) {
                stopping.countDown();
                reaper.hurry();
                closeParts(reason);
            }
            return linesLost;
        } finally {
            closeLock.unlock();
        }
    }

    private void closeParts(String reason) {
        step(() -> chat.drain(drainSeconds));
        step(this::endChats);
        step(this::leaveCluster);
        step(liveLog::close);
        step(reports::close);
        step(web::stop);
        // Nobody can come any more; whoever came since the chats ended has been told.
        step(this::endChats);
        step(reaper::close);
        step(state::close);
        step(sampler::close);
        step(identities::close);
        step(() -> closeLog(reason));
        step(this::closeLoops);
    }

    /** A step that fails does not stop the next ones, which matter more than the line about it. */
    private static void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            try {
                LOGGER.log(System.Logger.Level.ERROR, "A part of the server could not be stopped", e);
            } catch (RuntimeException | Error noMemory) {
                // There is no way left to say it.
            }
        }
    }

    private void endChats() {
        int left = chat.close();
        if (left > 0) {
            LOGGER.log(System.Logger.Level.WARNING, left + " connections could not be ended in order");
        }
    }

    private void leaveCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private void closeLog(String reason) {
        long uptime = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        linesLost = log.close(new Event.ServerStopped(System.currentTimeMillis(), reason, uptime));
        if (linesLost == 0) {
            linesWritten = log.recorded() + 1;
        } else {
            LOGGER.log(System.Logger.Level.ERROR, linesLost + " log lines could not be written to " + logDir());
        }
    }

    private void closeLoops() {
        for (Loop loop : loops) {
            loop.close();
        }
        fatalErrorHandler.close();
    }

    /** The version of this build. */
    static String version() {
        Properties build = new Properties();
        try (InputStream in = Loomchat.class.getResourceAsStream("build.properties")) {
            build.load(in);
        } catch (IOException | NullPointerException e) {
            return "unknown";
        }
        return build.getProperty("version", "unknown");
    }
}
