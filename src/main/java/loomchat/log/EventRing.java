package loomchat.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The bounded queue from many connection threads to the one log writer.
 *
 * <p>A producer claims a slot with one compare-and-set, fills it and publishes it with a release store: no lock, no
 * syscall, and for a relayed message, which is nearly every event, no object. Any thread may produce; only the writer
 * calls {@link #next}, {@link #release} and {@link #shut}.
 *
 * <p>A slot is four longs: the stamp, then time, session and pair. The upper half of the stamp is the lap, which shows
 * whether the slot was published in this round of the ring; the lower half is the message's size. Other events and
 * samples are objects in an array beside it, and their size is {@link #OBJECT}.
 */
final class EventRing {
    static final int OBJECT = -1;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int WORDS = 4;
    private static final long SHUT = 1L << 62;

    // Positions in `marks`, each alone on its cache lines
    private static final int TAIL = 16;
    private static final int HEAD = 32;
    private static final int HEAD_SEEN = 48;

    private final int capacity;
    private final int lapShift;
    private final long[] slots;
    private final Object[] objects;
    private final long[] marks = new long[64];

    // Read state: writer only
    private long position;
    private int size;
    private long millis;
    private long session;
    private long pair;
    private Object object;

    EventRing(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity > 1 << 26) {
            throw new IllegalArgumentException("capacity " + capacity + " is not a power of two up to 2^26");
        }
        this.capacity = capacity;
        lapShift = Integer.numberOfTrailingZeros(capacity);
        slots = new long[capacity * WORDS];
        objects = new Object[capacity];
    }

    /** False when the ring is full or shut. */
    boolean offerRelay(long millis, long session, long pair, int bytes) {
        assert bytes >= 0 : bytes;
        long claimed = claim();
        if (claimed < 0) {
            return false;
        }
        int at = index(claimed) * WORDS;
        slots[at + 1] = millis;
        slots[at + 2] = session;
        slots[at + 3] = pair;
        LONGS.setRelease(slots, at, stamp(claimed) | bytes);
        return true;
    }

    /** False when the ring is full or shut. */
    boolean offer(Object event) {
        long claimed = claim();
        if (claimed < 0) {
            return false;
        }
        objects[index(claimed)] = event;
        LONGS.setRelease(slots, index(claimed) * WORDS, stamp(claimed) | 0xFFFF_FFFFL);
        return true;
    }

    private long claim() {
        while (true) {
            long tail = (long) LONGS.getVolatile(marks, TAIL);
            if (tail - (long) LONGS.getOpaque(marks, HEAD_SEEN) >= capacity) {
                long head = (long) LONGS.getVolatile(marks, HEAD);
                LONGS.setOpaque(marks, HEAD_SEEN, head);
                if (tail - head >= capacity) {
                    return -1;
                }
            }
            if (LONGS.compareAndSet(marks, TAIL, tail, tail + 1)) {
                return tail;
            }
        }
    }

    /**
     * Moves the oldest event into the read state. False when there is none, or when its producer is still filling it.
     */
    boolean next() {
        int at = index(position) * WORDS;
        long stamp = (long) LONGS.getAcquire(slots, at);
        if ((stamp & ~0xFFFF_FFFFL) != stamp(position)) {
            return false;
        }
        size = (int) stamp;
        if (size == OBJECT) {
            object = objects[index(position)];
            objects[index(position)] = null;
        } else {
            millis = slots[at + 1];
            session = slots[at + 2];
            pair = slots[at + 3];
        }
        position++;
        return true;
    }

    /** Gives the slots of all events taken so far back to the producers. */
    void release() {
        LONGS.setRelease(marks, HEAD, position);
    }

    /** The ring accepts nothing from here on; claimed slots are still delivered. */
    void shut() {
        if (!isShut()) {
            LONGS.getAndAdd(marks, TAIL, SHUT);
        }
    }

    boolean isShut() {
        return (long) LONGS.getVolatile(marks, TAIL) >= SHUT;
    }

    /** How many were claimed and not released yet. */
    int queued() {
        long tail = (long) LONGS.getVolatile(marks, TAIL);
        return (int)
                Math.clamp((tail >= SHUT ? tail - SHUT : tail) - (long) LONGS.getAcquire(marks, HEAD), 0, capacity);
    }

    /** How many events were ever claimed. */
    long claimed() {
        long tail = (long) LONGS.getVolatile(marks, TAIL);
        return tail >= SHUT ? tail - SHUT : tail;
    }

    /** How many events were ever taken; writer only. */
    long taken() {
        return position;
    }

    int capacity() {
        return capacity;
    }

    int size() {
        return size;
    }

    long millis() {
        return millis;
    }

    long session() {
        return session;
    }

    long pair() {
        return pair;
    }

    Object object() {
        return object;
    }

    private int index(long sequence) {
        return (int) sequence & capacity - 1;
    }

    private long stamp(long sequence) {
        return (sequence >>> lapShift) + 1 << 32;
    }
}
