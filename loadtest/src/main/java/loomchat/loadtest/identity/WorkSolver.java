package loomchat.loadtest.identity;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Solves proofs of work on platform threads of its own, because a loop's threads are not time-sliced: at most half
 * of the cores at a time, {@link #MOST_WAITING} waiting. Any thread may wait for a solution, until a deadline.
 */
final class WorkSolver implements AutoCloseable {
    private static final int MOST_WAITING = 100_000;
    /** A challenge holds for two minutes. */
    private static final long MOST_SECONDS = 100;

    private static final int LOOK_EVERY = 4096;

    private final ThreadPoolExecutor threads;
    private volatile boolean closed;

    WorkSolver() {
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

    /** The solution: {@code challenge.number}. */
    String solve(Challenge challenge) throws IOException, InterruptedException {
        if (!challenge.isFair()) {
            throw new IOException("The server asks for a proof of work that is not fair: %d bits, %d characters"
                    .formatted(challenge.bits(), challenge.text().length()));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        try {
            return CompletableFuture.supplyAsync(() -> search(challenge, deadline), threads)
                    .get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new SocketTimeoutException("A proof of work took too long");
        } catch (RejectedExecutionException e) {
            throw new IOException("Too many proofs of work at once");
        }
    }

    private String search(Challenge challenge, long deadline) {
        MessageDigest sha = sha256();
        for (long number = 0; ; number++) {
            if (number % LOOK_EVERY == 0 && (closed || System.nanoTime() > deadline)) {
                throw new IllegalStateException("No solution in time");
            }
            String solution = challenge.text() + "." + number;
            if (zeroBits(sha.digest(solution.getBytes(StandardCharsets.US_ASCII))) >= challenge.bits()) {
                return solution;
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int zeroBits(byte[] hash) {
        int bits = 0;
        for (byte each : hash) {
            if (each != 0) {
                return bits + Integer.numberOfLeadingZeros(each & 0xff) - 24;
            }
            bits += 8;
        }
        return bits;
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
    }
}
