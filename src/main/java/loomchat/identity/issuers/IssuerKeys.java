package loomchat.identity.issuers;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The keys of one issuer. Any thread finds one, without waiting: the map of the last set that was read. A thread of its
 * own replaces that map: when the set is no longer fresh, and within a minute after somebody asked for a key that is
 * not in it. A set that cannot be read leaves the keys as they are, and costs at most one line a minute.
 */
final class IssuerKeys implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final String name;
    private final SignatureAlgorithm algorithm;
    private final KeySource source;
    private final LongSupplier nanoTime;
    private final CountDownLatch tried = new CountDownLatch(1);
    private final Thread thread;

    private volatile Map<String, VerificationKey> keys = Map.of();
    private volatile boolean isUnknownWanted;

    // The issuer's thread only; the main thread before it starts
    private long dueNanos;
    private long triedNanos;
    private long warnedNanos;

    IssuerKeys(String name, SignatureAlgorithm algorithm, KeySource source, LongSupplier nanoTime) {
        this.name = name;
        this.algorithm = algorithm;
        this.source = source;
        this.nanoTime = nanoTime;
        dueNanos = nanoTime.getAsLong();
        warnedNanos = dueNanos - MINUTE;
        thread = Thread.ofPlatform().daemon().name("jwks-" + name).unstarted(this::run);
    }

    /** The key of this {@code kid}, or null; its absence is noted, and no more. */
    VerificationKey find(String keyId) {
        VerificationKey key = keys.get(keyId);
        if (key == null && !isUnknownWanted) {
            isUnknownWanted = true;
        }
        return key;
    }

    /** Reads the keys before the start if they are in a file, and returns what is wrong with it, or null. */
    String readFile() {
        try {
            return source instanceof JwksFile ? refresh() : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    void start() {
        thread.start();
    }

    /** Waits until the first try to get keys is over. */
    void awaitFirst(long nanos) {
        try {
            tried.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The thread that is waiting for an answer gives up. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!Thread.interrupted()) {
                refreshWhenDue();
                tried.countDown();
                LockSupport.parkNanos(this, LOOK_NANOS);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    void refreshWhenDue() throws InterruptedException {
        long now = nanoTime.getAsLong();
        boolean isAskedFor = isUnknownWanted && now - triedNanos >= MINUTE;
        if (now - dueNanos < 0 && !isAskedFor) {
            return;
        }
        String failure = refresh();
        boolean isClosing = Thread.currentThread().isInterrupted();
        if (failure != null && !isClosing && now - warnedNanos >= MINUTE) {
            warnedNanos = now;
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "The keys of issuer " + name + " in AUTH_ISSUERS_FILE cannot be read: "
                            + failure.replaceAll("\\p{Cntrl}+", " ")
                            + (keys.isEmpty() ? ". Its tokens are refused" : ". Those read before stay"));
        }
    }

    /** Returns why there is no new set, or null. */
    private String refresh() throws InterruptedException {
        triedNanos = nanoTime.getAsLong();
        isUnknownWanted = false;
        try {
            KeySource.Answer answer = source.read();
            if (answer.json() != null) {
                keys = KeySet.read(answer.json(), algorithm);
            }
            dueNanos = triedNanos + answer.freshFor().toNanos();
            return null;
        } catch (IOException e) {
            dueNanos = triedNanos + source.retryAfter().toNanos();
            return e.getMessage();
        } catch (RuntimeException | Error e) {
            dueNanos = triedNanos + source.retryAfter().toNanos();
            return e.toString();
        }
    }
}
