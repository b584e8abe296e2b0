package loomchat.cluster.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import loomchat.cluster.wire.Batch;
import loomchat.cluster.wire.Packet;
import redis.clients.jedis.Protocol.Command;

/**
 * Publishes packets to other servers: all that are there for one server go as one message. What comes within the next
 * millisecond makes the next ones. While there is no connection packets are lost: their senders notice.
 */
final class RedisPublisher extends RedisThread {
    private static final int MOST_BYTES_AT_ONCE = 1 << 20;
    private static final long MOST_BYTES_WAITING = 128L << 20;
    /** What can wait is sent together, so long after the first of it: whoever gets it wakes once for all. */
    private static final long LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final long self;
    private final LongFunction<byte[]> channels;
    private final ConcurrentLinkedQueue<Packet> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytesWaiting = new AtomicLong();
    private final ConcurrentLinkedQueue<Packet.Later> later = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile boolean napping;

    // Its thread only
    private final Map<Long, Batch> batches = new LinkedHashMap<>();
    private long laterSince;
    private int unanswered;

    /** @param channels the channel of each server */
    RedisPublisher(RedisConnector connector, LinkState state, long self, LongFunction<byte[]> channels) {
        super("publisher", connector, state, RedisConnector.TIMEOUT_MILLIS);
        this.self = self;
        this.channels = channels;
    }

    /** Any thread; does not block. */
    void publish(Packet packet) {
        if (!isUp() || bytesWaiting.get() > MOST_BYTES_WAITING) {
            return;
        }
        bytesWaiting.addAndGet(packet.bytes().length);
        waiting.add(packet);
        if (asleep || napping) {
            LockSupport.unpark(thread);
        }
    }

    /** As {@link #publish}, a little later; {@code packet} is asked for it then. */
    void publishLater(Packet.Later packet) {
        later.add(packet);
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    protected void serve(RedisConnection with) {
        discard();
        markUp();
        while (!closed || !waiting.isEmpty()) {
            long now = System.nanoTime();
            if (laterSince == 0 && !later.isEmpty()) {
                laterSince = Math.max(1, now);
            }
            boolean due = laterSince != 0 && now - laterSince >= LATER_NANOS;
            if (due) {
                laterSince = 0;
                gatherLater();
            }
            if (due || !waiting.isEmpty()) {
                gather();
                send(with);
                pause();
                readReplies(with);
            } else {
                await(now);
            }
        }
    }

    private void await(long now) {
        if (laterSince != 0) {
            napping = true;
            if (waiting.isEmpty() && !closed) {
                LockSupport.parkNanos(this, laterSince + LATER_NANOS - now);
            }
            napping = false;
            return;
        }
        asleep = true;
        if (waiting.isEmpty() && later.isEmpty() && !closed) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        asleep = false;
    }

    private void gather() {
        int bytes = 0;
        for (Packet each = waiting.poll(); each != null; each = waiting.poll()) {
            bytesWaiting.addAndGet(-each.bytes().length);
            add(each);
            bytes += each.bytes().length;
            if (bytes > MOST_BYTES_AT_ONCE) {
                break;
            }
        }
    }

    private void gatherLater() {
        for (Packet.Later each = later.poll(); each != null; each = later.poll()) {
            Packet packet = each.packet();
            if (packet != null) {
                add(packet);
            }
        }
    }

    private void add(Packet packet) {
        batches.computeIfAbsent(packet.node(), any -> new Batch(self)).add(packet.bytes());
    }

    private void send(RedisConnection with) {
        if (batches.isEmpty()) {
            return;
        }
        try {
            batches.forEach((node, batch) -> with.sendCommand(Command.SPUBLISH, channels.apply(node), batch.bytes()));
            with.send();
            unanswered = batches.size();
        } finally {
            batches.clear();
        }
    }

    /** What comes now goes with the next batch, and the replies have come by then: this thread wakes once for both. */
    private void pause() {
        long end = System.nanoTime() + PAUSE_NANOS;
        for (long now = System.nanoTime(); !closed && end - now > 0; now = System.nanoTime()) {
            LockSupport.parkNanos(this, end - now);
        }
    }

    private void readReplies(RedisConnection with) {
        int count = unanswered;
        unanswered = 0;
        for (Object each : with.getMany(count)) {
            if (each instanceof redis.clients.jedis.exceptions.JedisDataException e) {
                throw e;
            }
        }
    }

    private void discard() {
        for (Packet each = waiting.poll(); each != null; each = waiting.poll()) {
            bytesWaiting.addAndGet(-each.bytes().length);
        }
        for (Packet.Later each = later.poll(); each != null; each = later.poll()) {
            each.packet();
        }
    }

    @Override
    protected void onDown() {
        discard();
    }
}
