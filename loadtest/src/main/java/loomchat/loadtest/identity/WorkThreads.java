package loomchat.loadtest.identity;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import loomchat.identity.work.WorkSolver;

/**
 * Solves proofs of work on platform threads of its own, because a loop's threads are not time-sliced: at most half
 * of the cores at a time, {@link #MOST_WAITING} waiting. Any thread may wait for a solution, until a deadline.
 */
final class WorkThreads implements AutoCloseable {
    private static final int MOST_WAITING = 100_000;
    /** A challenge holds for two minutes. */
    private static final long MOST_SECONDS = 100;

    private final ThreadPoolExecutor threads;

    WorkThreads() {
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(
                count,
                count,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().daemon(true).name("work-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** The solution: the challenge, a dot and a number. */
    String solve(Challenge challenge) throws IOException, InterruptedException {
        if (!challenge.isFair()) {
            throw new IOException("The server asks for a proof of work that is not fair: %d bits, %d characters"
                    .formatted(challenge.bits(), challenge.text().length()));
        }
        Future<String> solution = null;
        try {
            solution = threads.submit(() -> WorkSolver.solve(challenge.text(), challenge.bits()));
            return solution.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new SocketTimeoutException("A proof of work took too long");
        } catch (RejectedExecutionException e) {
            throw new IOException("Too many proofs of work at once");
        } finally {
            if (solution != null) {
                solution.cancel(true);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
