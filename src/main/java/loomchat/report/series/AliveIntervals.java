package loomchat.report.series;

import java.util.Arrays;

/**
 * Times without a gap between samples, in file order: they show how long a server that crashed was alive. One thread
 * at a time. Bounded: beyond {@link #MOST}, the oldest are dropped.
 */
public final class AliveIntervals {
    static final int MOST = 20_000;
    /** A sample covers the time since the one before. A larger gap than this means another run. */
    private static final long TOLERANCE_MILLIS = 250;

    private long[] bounds = new long[8];
    private int size;

    /** Adds a sample that covers this time. */
    public void add(long from, long to) {
        if (size > 0 && from <= to(size - 1) + TOLERANCE_MILLIS && to >= from(size - 1)) {
            bounds[2 * size - 1] = Math.max(to, to(size - 1));
            return;
        }
        if (size == MOST) {
            System.arraycopy(bounds, MOST, bounds, 0, MOST);
            size -= MOST / 2;
        }
        if (2 * size == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * size] = from;
        bounds[2 * size + 1] = to;
        size++;
    }

    public void append(AliveIntervals next) {
        for (int i = 0; i < next.size; i++) {
            add(next.from(i), next.to(i));
        }
    }

    public int size() {
        return size;
    }

    public long from(int i) {
        return bounds[2 * i];
    }

    public long to(int i) {
        return bounds[2 * i + 1];
    }

    /** The last time before {@code end} at which a server was alive, at least {@code known}. */
    public long lastAlive(long known, long end) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (from(middle) < end) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? known : Math.max(known, Math.min(to(low - 1), end));
    }
}
