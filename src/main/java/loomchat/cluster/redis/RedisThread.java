package loomchat.cluster.redis;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to Redis and its thread: connects again after a failure, at first at once and then with growing
 * pauses, each with a random part so that not all servers come back at the same moment.
 */
abstract class RedisThread implements Runnable, AutoCloseable {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CLOSE_MILLIS = 2_000;

    private final RedisConnector connector;
    private final LinkState state;
    private final int readTimeoutMillis;
    protected final Thread thread;
    protected volatile boolean closed;
    private volatile Connection connection;
    private volatile boolean up;

    RedisThread(String name, RedisConnector connector, LinkState state, int readTimeoutMillis) {
        this.connector = connector;
        this.state = state;
        this.readTimeoutMillis = readTimeoutMillis;
        thread = Thread.ofPlatform().daemon(true).name("cluster-" + name).unstarted(this);
    }

    final void start() {
        thread.start();
    }

    /** The connection is open: uses it until it fails. */
    protected abstract void serve(RedisConnection with);

    /** There is no connection any more. */
    protected void onDown() {}

    /** To be called by {@link #serve} when the connection can be used. */
    protected final void markUp() {
        up = true;
        state.changed(null);
    }

    final boolean isUp() {
        return up;
    }

    @Override
    public final void run() {
        try {
            connectAgainAndAgain();
        } catch (Error e) {
            // Nobody knows what was lost with it.
            state.failed(thread.getName(), e);
        }
    }

    private void connectAgainAndAgain() {
        long pause = FIRST_PAUSE_NANOS;
        while (!closed) {
            String failure = "closed";
            try (RedisConnection opened = connector.open(readTimeoutMillis)) {
                connection = opened;
                if (!closed) {
                    serve(opened);
                }
            } catch (JedisException e) {
                failure = e.getMessage();
            } catch (RuntimeException e) {
                failure = e.toString();
            }
            connection = null;
            if (up) {
                pause = FIRST_PAUSE_NANOS;
            }
            up = false;
            onDown();
            state.changed(failure);
            sleep(pause);
            pause = Math.min(LONGEST_PAUSE_NANOS, pause * 2);
        }
        onDown();
    }

    private void sleep(long nanos) {
        long until = System.nanoTime() + nanos / 2 + ThreadLocalRandom.current().nextLong(nanos);
        while (!closed && until - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, until - System.nanoTime());
        }
    }

    /** Ends the connection if there is one, so that it is made again. */
    final void reconnect() {
        Connection there = connection;
        if (there != null) {
            try {
                there.forceDisconnect();
            } catch (java.io.IOException e) {
                // It is closed, then.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS / 4);
            if (thread.isAlive()) {
                reconnect();
                thread.join(CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
