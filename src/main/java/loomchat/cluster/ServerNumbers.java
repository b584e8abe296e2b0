package loomchat.cluster;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import loomchat.cluster.redis.Script;

/**
 * Numbers that no other server of the crowd gives: Redis gives out blocks, the server counts within its block. Where
 * Redis cannot be asked, a block is drawn by lot from a range of its own. All are below 2^49. Any thread.
 *
 * <p>A block is at least the number of seconds since 2026: a Redis that has lost its last block when it comes back
 * gives none of the same second.
 */
final class ServerNumbers {
    private static final int COUNT_BITS = 18;
    private static final long COUNT = 1L << COUNT_BITS;
    /** Blocks below are given out by Redis, those above drawn by lot. */
    static final long MOST_BLOCKS = 1L << 30;

    private final RedisLink link;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong spare = new AtomicLong(-1);
    private final AtomicBoolean asking = new AtomicBoolean();

    /** @param first the first block, or null if Redis cannot be asked */
    ServerNumbers(RedisLink link, Long first) {
        this.link = link;
        next.set((first == null ? drawn() : first) << COUNT_BITS);
    }

    /** The first block: this run of the server has no other name. */
    static long block(long number) {
        return number >>> COUNT_BITS;
    }

    long current() {
        return block(next.get());
    }

    private static long drawn() {
        return MOST_BLOCKS + ThreadLocalRandom.current().nextLong(MOST_BLOCKS);
    }

    long next() {
        while (true) {
            long before = next.get();
            long used = (before & (COUNT - 1)) + 1;
            if (used == COUNT / 2) {
                ask();
            }
            long after = before + 1;
            if (used == COUNT - 1) {
                long block = spare.getAndSet(-1);
                after = (block < 0 ? drawn() : block) << COUNT_BITS;
            }
            if (next.compareAndSet(before, after)) {
                return before + 1;
            }
        }
    }

    private void ask() {
        if (asking.compareAndSet(false, true)) {
            link.run(
                    Script.BLOCK,
                    new RedisCall.Reply() {
                        @Override
                        public void of(Object value) {
                            spare.set((Long) value);
                            asking.set(false);
                        }

                        @Override
                        public void failed() {
                            asking.set(false);
                        }
                    },
                    MOST_BLOCKS);
        }
    }
}
