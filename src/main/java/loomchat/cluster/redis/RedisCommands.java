package loomchat.cluster.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Runs commands and scripts in the order in which they were left, many with one round trip. While there is no
 * connection they fail at once.
 */
final class RedisCommands extends RedisThread {
    private static final int MOST_AT_ONCE = 64;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Above this many waiting commands Redis is too slow for us, and further ones fail. */
    private static final int MOST_WAITING = 100_000;

    private final RedisTimings timings;
    private final ConcurrentLinkedQueue<RedisCall> waiting = new ConcurrentLinkedQueue<>();
    private final java.util.concurrent.atomic.AtomicInteger count = new java.util.concurrent.atomic.AtomicInteger();
    private volatile boolean asleep;

    RedisCommands(RedisConnector connector, LinkState state, RedisTimings timings) {
        super("commands", connector, state, RedisConnector.TIMEOUT_MILLIS);
        this.timings = timings;
    }

    /** Any thread; does not block. */
    void submit(RedisCall call) {
        if (!isUp() || closed || count.incrementAndGet() > MOST_WAITING) {
            if (isUp() && !closed) {
                count.decrementAndGet();
            }
            timings.failed();
            call.reply().failed();
            return;
        }
        waiting.add(call);
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    protected void serve(RedisConnection with) {
        for (Script each : Script.values()) {
            with.sendCommand(
                    Command.SCRIPT, "LOAD".getBytes(java.nio.charset.StandardCharsets.US_ASCII), each.source());
            with.getOne();
        }
        count.set(0);
        markUp();
        List<RedisCall> batch = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            batch.clear();
            for (RedisCall call = waiting.poll(); call != null; call = waiting.poll()) {
                batch.add(call);
                if (batch.size() == MOST_AT_ONCE) {
                    break;
                }
            }
            count.addAndGet(-batch.size());
            if (batch.isEmpty()) {
                await();
            } else {
                run(batch, with);
            }
        }
    }

    private void await() {
        asleep = true;
        if (waiting.isEmpty() && !closed) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        asleep = false;
    }

    private void run(List<RedisCall> batch, Connection with) {
        int told = 0;
        try {
            long sent = System.nanoTime();
            for (RedisCall each : batch) {
                with.sendCommand(each.command(), each.arguments());
            }
            List<Object> replies = with.getMany(batch.size());
            long took = System.nanoTime() - sent;
            batch.forEach(each -> timings.answered(each, took));
            boolean moved = false;
            for (Object value : replies) {
                RedisCall call = batch.get(told++);
                if (value instanceof JedisNoScriptException && call.isScript()) {
                    value = again(call.withSource(), with);
                }
                moved |= isNoLongerOurs(value);
                tell(call, value);
            }
            if (moved) {
                throw new JedisConnectionException("Another server holds our keys now, or this one cannot write");
            }
        } finally {
            for (; told < batch.size(); told++) {
                tell(batch.get(told), new JedisDataException("no reply"));
            }
        }
    }

    private static Object again(RedisCall call, Connection with) {
        with.sendCommand(call.command(), call.arguments());
        try {
            return with.getOne();
        } catch (JedisDataException e) {
            return e;
        }
    }

    private static boolean isNoLongerOurs(Object value) {
        if (!(value instanceof JedisDataException e) || e.getMessage() == null) {
            return false;
        }
        String word = e.getMessage().split(" ", 2)[0];
        return switch (word) {
            case "READONLY", "MOVED", "ASK", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "TRYAGAIN", "OOM", "MISCONF" ->
                true;
            default -> e.getMessage().contains("READONLY") || e.getMessage().contains("OOM command");
        };
    }

    private void tell(RedisCall call, Object value) {
        try {
            if (value instanceof JedisDataException e) {
                LinkProblems.refused(e);
                timings.failed();
                call.reply().failed();
            } else {
                call.reply().of(value);
            }
        } catch (RuntimeException e) {
            LinkProblems.unexpected(e);
        }
    }

    @Override
    protected void onDown() {
        for (RedisCall call = waiting.poll(); call != null; call = waiting.poll()) {
            tell(call, new JedisDataException("no reply"));
        }
    }
}
