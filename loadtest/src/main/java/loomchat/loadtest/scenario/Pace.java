package loomchat.loadtest.scenario;

import java.util.random.RandomGenerator;

/**
 * When the messages of one sender are due, to the nanosecond. The sender may wake up on a coarser clock: what it adds
 * to one due time is not in the next one. With a fixed interval, message k is due k intervals after the first, also
 * where an interval has a fraction of a nanosecond. One thread's.
 */
public final class Pace {
    private final Quantity every;
    /** In nanoseconds, where it is always the same; NaN where it is drawn each time. */
    private final double interval;

    private final boolean atRandom;
    private final RandomGenerator random;
    private long first;
    private long count;
    private long due;

    /**
     * @param interval in nanoseconds, NaN: drawn from {@code every}
     * @param atRandom whether the first message is due at a random moment of the first interval, and not at its end
     */
    public Pace(Quantity every, double interval, boolean atRandom, RandomGenerator random) {
        this.every = every;
        this.interval = interval;
        this.atRandom = atRandom;
        this.random = random;
    }

    /** Begins anew: the first message is due in the interval after {@code since}. */
    public void begin(long since) {
        long length = interval();
        dueAt(since + (atRandom ? random.nextLong(length + 1) : length));
    }

    /** The next message is due an interval after this one was due. */
    public void next() {
        if (Double.isNaN(interval)) {
            dueAt(due + every.sample(random));
        } else {
            due = first + Math.round(++count * interval);
        }
    }

    /** The next message is due an interval after {@code time}. */
    public void nextAfter(long time) {
        dueAt(time + interval());
    }

    /** The next message is due then, and the others follow from there. */
    public void dueAt(long time) {
        first = time;
        count = 0;
        due = time;
    }

    private long interval() {
        return Double.isNaN(interval) ? every.sample(random) : Math.round(interval);
    }

    /** When the next message is due. */
    public long due() {
        return due;
    }

    /** How many messages, this one and those after it, are due before {@code end}. */
    public long dueBefore(long end) {
        double length = Math.max(1, Double.isNaN(interval) ? every.mean() : interval);
        return (long) Math.ceil(Math.max(0, end - due) / length);
    }
}
