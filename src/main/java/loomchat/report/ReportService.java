package loomchat.report;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import loomchat.counters.Durations;
import loomchat.report.history.Crowd;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.InvalidQuery;
import loomchat.report.history.LogStall;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.RenderedReport;
import loomchat.threads.BackgroundThreads;

/**
 * The report of some log folders, for the web server: lets many readers share few scans. Request threads ask and wait;
 * one {@link BackgroundThreads} thread scans, another one renders. Both start with the first query.
 *
 * <p>A reader joins the next scan of the same query, never one that runs already: all lines that were on disk when
 * the reader asked are in the report. After each scan there is a pause: twice as long as the scan for one reader, up
 * to nine times for many, two seconds at most. So a single reader hardly waits, and a storm of reloads leaves most of
 * the processor to the chat.
 */
public final class ReportService implements AutoCloseable {
    /** The report cannot be made now; the message says why. The client may ask again later. */
    public static final class Unavailable extends Exception {
        Unavailable(String message) {
            super(message, null, false, false);
        }
    }

    /** Different queries that may wait at once; more are refused. */
    static final int MOST_WAITING = 32;

    private static final Duration PATIENCE = Duration.ofSeconds(25);
    private static final String SHUTTING_DOWN = "the server is shutting down";

    /** In scans; after that many readers. */
    private static final int LONGEST_PAUSE = 9;

    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();
    /** An upper estimate of the time to send a report of a hundred kilobytes to one reader. */
    private static final long NANOS_TO_SEND = Duration.ofMillis(1).toNanos();

    private final HistoryReader history;
    private final Function<ReportQuery, Report> scan;
    private final Duration patience;
    private final LongSupplier clock;
    private final ExecutorService renderer =
            Executors.newSingleThreadExecutor(BackgroundThreads.threads("report-write-"));

    // Guarded by lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final SequencedMap<ReportQuery, CompletableFuture<RenderedReport>> waiting = new LinkedHashMap<>();
    private final Durations scans = Durations.ofMillis();
    private Thread scanner;
    private boolean closed;

    /**
     * A service for a server that has other work to do: one core is left to it if there are several.
     *
     * @param crowd of which the server is one, asked for each report; must not wait
     * @param stall of its log, or null, asked in the same way
     */
    public ReportService(NodeFolders folders, Supplier<Crowd> crowd, Supplier<LogStall> stall) {
        this(
                new HistoryReader(
                        folders,
                        Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
                        System::currentTimeMillis),
                crowd,
                stall);
    }

    private ReportService(HistoryReader history, Supplier<Crowd> crowd, Supplier<LogStall> stall) {
        this(history, query -> told(history.read(query), crowd, stall), PATIENCE, System::currentTimeMillis);
    }

    ReportService(HistoryReader history, Function<ReportQuery, Report> scan, Duration patience, LongSupplier clock) {
        this.history = history;
        this.scan = scan;
        this.patience = patience;
        this.clock = clock;
    }

    private static Report told(Report report, Supplier<Crowd> crowd, Supplier<LogStall> stall) {
        return report.toldBy(report.hasChoices() ? null : crowd.get(), stall.get());
    }

    /**
     * Parses the parameters of a request; see {@link ReportQuery#parse}.
     *
     * @throws InvalidQuery one of them is not allowed
     */
    public ReportQuery query(
            String range, String from, String to, String bucket, boolean rescan, String node, String event) {
        ReportQuery query = ReportQuery.parse(range, from, to, bucket, rescan, node, clock.getAsLong())
                .counting(event);
        check(query);
        return query;
    }

    /** @throws InvalidQuery there is no such node */
    public void check(ReportQuery query) {
        history.check(query);
    }

    /** Waits for a scan that begins after this call, and returns its result in this form. */
    public byte[] ask(ReportQuery query, RenderedReport.Form form, boolean zip)
            throws Unavailable, InterruptedException {
        return made(query, report -> report.as(form, zip));
    }

    /** Waits for a scan that begins after this call, and returns what the rendering thread makes of it. */
    public <T> T ask(ReportQuery query, Function<Report, T> maker) throws Unavailable, InterruptedException {
        return made(query, report -> maker.apply(report.report()));
    }

    private <T> T made(ReportQuery query, Function<RenderedReport, T> maker) throws Unavailable, InterruptedException {
        CompletableFuture<T> rendered = join(query).thenApplyAsync(maker, renderer);
        try {
            return rendered.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Unavailable("the report took longer than " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Unavailable cause -> throw cause;
                case RejectedExecutionException _ -> throw new Unavailable(SHUTTING_DOWN);
                case RuntimeException cause -> throw cause;
                default -> throw new IllegalStateException("The report could not be made", e.getCause());
            }
        } finally {
            rendered.cancel(false); // no longer needed, if it is not made yet
        }
    }

    /**
     * Makes the rollup of a sealed segment. Called by the thread that seals segments; after a failure, a query makes
     * it.
     */
    public void sealed(Path segment) {
        history.rollUp(segment);
    }

    /** How long each scan took, its rendering not included. */
    public Durations scans() {
        return scans;
    }

    /** Readers who wait for a scan that has not begun. */
    int readersWaiting() {
        lock.lock();
        try {
            return waiting.values().stream()
                    .mapToInt(CompletableFuture::getNumberOfDependents)
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.values().forEach(each -> each.completeExceptionally(new Unavailable(SHUTTING_DOWN)));
            waiting.clear();
            asked.signalAll();
        } finally {
            lock.unlock();
        }
        renderer.shutdown();
        history.close();
    }

    private CompletableFuture<RenderedReport> join(ReportQuery query) throws Unavailable {
        lock.lock();
        try {
            if (closed) {
                throw new Unavailable(SHUTTING_DOWN);
            }
            CompletableFuture<RenderedReport> answer = waiting.get(query.key());
            if (answer == null) {
                if (waiting.size() == MOST_WAITING) {
                    throw new Unavailable("too many different reports are asked for at once");
                }
                answer = new CompletableFuture<>();
                waiting.put(query.key(), answer);
                asked.signal();
            }
            if (scanner == null) {
                scanner = BackgroundThreads.threads("report-").newThread(this::run);
                scanner.start();
            }
            return answer;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (var next = next(); next != null; next = next()) {
                int readers = next.getValue().getNumberOfDependents();
                long began = System.nanoTime();
                answer(next.getKey(), next.getValue());
                long took = System.nanoTime() - began;
                scans.add(took);
                pause(Math.min(
                        LONGEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE, 1 + readers) * took + readers * NANOS_TO_SEND));
            }
        } catch (InterruptedException e) {
            close();
        }
    }

    private void answer(ReportQuery query, CompletableFuture<RenderedReport> answer) {
        try {
            answer.complete(new RenderedReport(scan.apply(query)));
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    /** Waits for the next query; null when the service is closed. */
    private Map.Entry<ReportQuery, CompletableFuture<RenderedReport>> next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                asked.await();
            }
            if (closed) {
                return null;
            }
            return waiting.pollFirstEntry();
        } finally {
            lock.unlock();
        }
    }

    private void pause(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !closed) {
                left = asked.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
