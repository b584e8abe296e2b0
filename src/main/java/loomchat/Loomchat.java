package loomchat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import loomchat.chat.Chat;
import loomchat.log.Counters;
import loomchat.log.Event;
import loomchat.log.EventLog;
import loomchat.log.LogHealth;
import loomchat.log.LogUnavailable;
import loomchat.log.Sampler;
import loomchat.net.Loop;
import loomchat.report.LiveLog;
import loomchat.report.ReportService;
import loomchat.web.Web;
import loomchat.ws.Compression;

/**
 * A running server: its parts in the order in which data flows, started by {@link #start} and ended by {@link #close}, both
 * on the main thread.
 */
public final class Loomchat implements AutoCloseable {
    /** TCP connections that may be open beside the WebSockets: requests for pages, handshakes. */
    private static final int HTTP_CONNECTIONS = Config.FILES_FOR_OTHERS / 2;

    private static final int MOST_COMPRESSION_CONTEXTS = 128;

    private final Config config;
    private final ReportService reports;
    private final LiveLog liveLog;
    private final EventLog log;
    private final Sampler sampler;
    private final Loop[] loops;
    private final Chat chat;
    private final Web web;
    private final Thread reaper;
    private final long startedNanos = System.nanoTime();
    private final CountDownLatch recorded = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile String stopReason = "closed";
    private volatile long linesLost;

    /** The server cannot start; the message is one line for the operator. */
    public static final class CannotStart extends Exception {
        CannotStart(String message) {
            super(message);
        }
    }

    /** Starts a server with these settings, as environment variables. */
    public static Loomchat start(Map<String, String> environment) throws CannotStart {
        try {
            return new Loomchat(Config.from(environment));
        } catch (Settings.InvalidSetting | LogUnavailable | Web.CannotListen e) {
            throw new CannotStart(e.getMessage());
        }
    }

    private Loomchat(Config config) throws LogUnavailable, Web.CannotListen {
        this.config = config;
        Counters counters = new Counters();
        reports = new ReportService(config.log().dir());
        liveLog = new LiveLog(config.log().dir());
        log = EventLog.open(config.log(), reports::sealed);
        try {
            loops = IntStream.range(0, config.ioThreads())
                    .mapToObj(i -> new Loop("loop-" + i))
                    .toArray(Loop[]::new);
            chat = new Chat(
                    config.limits(), config.richLimits(), log, counters, System::currentTimeMillis, System::nanoTime);
            sampler = new Sampler(log, counters, this::liveVirtualThreads, () -> loops.length);
            web = listen(counters);
        } catch (Web.CannotListen e) {
            log.close();
            throw e;
        }
        log.record(started());
        recorded.countDown();
        sampler.start();
        reaper = Thread.ofVirtual().name("reaper").start(this::reap);
    }

    private Web listen(Counters counters) throws Web.CannotListen {
        Web.Options options = new Web.Options(
                config.host(),
                config.port(),
                config.echoEndpoint(),
                config.access(),
                config.maxConnections(),
                config.maxConnections() + HTTP_CONNECTIONS,
                Duration.ofSeconds(config.requestSeconds()),
                config.compression() ? new Compression(MOST_COMPRESSION_CONTEXTS) : null,
                config.loadTestAnnounce());
        Web.Parts parts = new Web.Parts(chat, counters, reports, liveLog, log::record, unready());
        return Web.start(options, loops, parts);
    }

    /** Why no visitor may come in now, or null. */
    private Supplier<String> unready() {
        return () -> {
            if (stopping.getCount() == 0) {
                return "The server is going away";
            }
            if (!isRecorded()) {
                return "The server is starting";
            }
            LogHealth health = log.health();
            return health.healthy() ? null : "The record cannot be written: " + health.cause();
        };
    }

    /** The first line of a run is its start: who comes before that is on its way waits, for microseconds. */
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
                log.tornBytes());
    }

    private void reap() {
        try {
            while (!stopping.await(1, TimeUnit.SECONDS)) {
                reapOnce();
            }
            // While clients are sent away, those that do not go must still be cut.
            while (!Thread.interrupted()) {
                Thread.sleep(200);
                reapOnce();
            }
        } catch (InterruptedException e) {
            // The server has stopped.
        }
    }

    /** Whatever goes wrong, connections are looked at again a second later. */
    private void reapOnce() {
        try {
            chat.reap();
            web.reap();
        } catch (RuntimeException | Error e) {
            System.getLogger("loomchat").log(System.Logger.Level.ERROR, "Connections could not be looked after", e);
        }
    }

    public int port() {
        return web.port();
    }

    public String host() {
        return config.host();
    }

    /** The log folder, whose files tell what happened. */
    public java.nio.file.Path logDir() {
        return config.log().dir();
    }

    /** As {@link #close}, giving the record another reason. False when lines of the record could not be written. */
    public boolean stop(String reason) {
        stopReason = reason;
        close();
        return linesLost == 0;
    }

    /** Sends everybody away, waits until they are gone, and closes the record. Takes some seconds at the most. */
    @Override
    public void close() {
        if (stopping.getCount() == 0) {
            return;
        }
        stopping.countDown();
        chat.drain(config.drainSeconds());
        int left = chat.close();
        if (left > 0) {
            System.getLogger("loomchat")
                    .log(System.Logger.Level.WARNING, left + " connections could not be ended in order");
        }
        liveLog.close();
        reports.close();
        web.stop();
        reaper.interrupt();
        sampler.close();
        long uptime = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        linesLost = log.close(new Event.ServerStopped(System.currentTimeMillis(), stopReason, uptime));
        if (linesLost > 0) {
            System.getLogger("loomchat")
                    .log(
                            System.Logger.Level.ERROR,
                            linesLost + " lines of the record could not be written to " + logDir());
        }
        for (Loop loop : loops) {
            loop.close();
        }
    }

    /** The version that was built. */
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
