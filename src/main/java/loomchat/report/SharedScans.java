package loomchat.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Lets many readers share few scans. Any thread asks and waits; one thread of its own scans. Who asks joins the next scan of
 * the same question that has not begun, never one that runs already, so that everybody gets what was on disk when they
 * asked. Between scans there is a pause, twice as long as the last one took after one reader and up to nine times after
 * many (two seconds at most), so that a single reader hardly waits and a storm of reloads leaves most of the time to others.
 */
final class SharedScans implements AutoCloseable {
    /** Different questions that may wait at once; more are refused. */
    static final int MOST_WAITING = 32;

    /** In scans; after that many readers. */
    private static final int LONGEST_PAUSE = 9;

    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();
    /** What sending an answer of a hundred kilobytes to one of its readers takes, well counted. */
    private static final long NANOS_TO_SEND = Duration.ofMillis(1).toNanos();

    /** There is no room to wait in, or the answer did not come in time. */
    static final class Busy extends Exception {
        Busy(String message) {
            super(message, null, false, false);
        }
    }

    private final Function<Query, Answer> scan;
    private final Duration patience;

    // Guarded by lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final Map<Query, CompletableFuture<Answer>> waiting = new LinkedHashMap<>();
    private Thread scanner;
    private boolean closed;

    SharedScans(Function<Query, Answer> scan, Duration patience) {
        this.scan = scan;
        this.patience = patience;
    }

    Answer ask(Query query) throws Busy, InterruptedException {
        CompletableFuture<Answer> answer = join(query);
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Busy("the report took longer than " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
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
            waiting.values().forEach(each -> each.cancel(false));
            waiting.clear();
            asked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<Answer> join(Query query) throws Busy {
        lock.lock();
        try {
            if (closed) {
                throw new Busy("the server is shutting down");
            }
            CompletableFuture<Answer> answer = waiting.get(query.key());
            if (answer == null) {
                if (waiting.size() == MOST_WAITING) {
                    throw new Busy("too many different reports are asked for at once");
                }
                answer = new CompletableFuture<>();
                waiting.put(query.key(), answer);
                asked.signal();
            }
            if (scanner == null) {
                scanner = Background.threads("report-").newThread(this::run);
                scanner.start();
            }
            return answer;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                Map.Entry<Query, CompletableFuture<Answer>> next = next();
                if (next == null) {
                    return;
                }
                int readers = next.getValue().getNumberOfDependents();
                long began = System.nanoTime();
                answer(next.getKey(), next.getValue());
                long took = System.nanoTime() - began;
                pause(Math.min(
                        LONGEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE, 1 + readers) * took + readers * NANOS_TO_SEND));
            }
        } catch (InterruptedException e) {
            close();
        }
    }

    private void answer(Query query, CompletableFuture<Answer> answer) {
        try {
            answer.complete(scan.apply(query));
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    /** Waits for a question; null when there will be none. */
    private Map.Entry<Query, CompletableFuture<Answer>> next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                asked.await();
            }
            if (closed) {
                return null;
            }
            var each = waiting.entrySet().iterator();
            var first = each.next();
            var question = Map.entry(first.getKey(), first.getValue());
            each.remove();
            return question;
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
