package loomchat.report;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * The report of one log folder, for the web server: any number of request threads ask and wait, few scans are made. Owns the
 * {@link Background} threads that scan and that write the answers, which start with the first question.
 */
public final class ReportService implements AutoCloseable {
    /** The report cannot be made now; the message says why, and asking again later is right. */
    public static final class Unavailable extends Exception {
        Unavailable(String message) {
            super(message, null, false, false);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final LongSupplier clock;
    private final History history;
    private final SharedScans scans;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Background.threads("report-write-"));

    /** A service for a server that has other work to do: one core is left to it where there are several. */
    public ReportService(Path logFolder) {
        this(logFolder, Math.max(1, Runtime.getRuntime().availableProcessors() - 1), System::currentTimeMillis);
    }

    ReportService(Path logFolder, int workers, LongSupplier clock) {
        this.clock = clock;
        this.history = new History(logFolder, workers, clock);
        this.scans = new SharedScans(query -> new Answer(history.read(query)), PATIENCE);
    }

    /** Reads the arguments of a request; see {@link Query#parse}. */
    public Query query(String range, String from, String to, String bucket, boolean rescan) {
        return Query.parse(range, from, to, bucket, rescan, clock.getAsLong());
    }

    /** Waits for a scan that begins after this call, and for its result in the form that is asked for. */
    public byte[] ask(Query query, Answer.Form form, boolean zip) throws Unavailable, InterruptedException {
        Future<byte[]> written = null;
        try {
            Answer answer = scans.ask(query);
            written = writer.submit(() -> answer.as(form, zip));
            return written.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (SharedScans.Busy e) {
            throw new Unavailable(e.getMessage());
        } catch (TimeoutException e) {
            throw new Unavailable("the report took longer than " + PATIENCE.toSeconds() + " s to write");
        } catch (RejectedExecutionException e) {
            throw new Unavailable("the server is shutting down");
        } catch (ExecutionException e) {
            throw new IllegalStateException("The report could not be written", e.getCause());
        } finally {
            if (written != null) {
                written.cancel(false); // nobody waits for it any more
            }
        }
    }

    /** Sums a sealed segment up beside it. Called by the thread that seals segments; a failure is made good on demand. */
    public void sealed(Path segment) {
        history.rollUp(segment);
    }

    @Override
    public void close() {
        scans.close();
        writer.shutdown();
        history.close();
    }
}
