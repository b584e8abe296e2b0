package loomchat.report.series;

import java.util.Arrays;

/**
 * What the log says about server runs, in file order: starts, stops, and the times between which lines were written.
 * One thread at a time. Bounded: beyond {@link #MOST} entries, starts and stops are counted and not kept.
 */
public final class RunEvents {
    /** Lines of a run that were written between {@code from} and {@code to}. */
    static final int LINES = 0;
    /** A server start at {@code from}. */
    public static final int START = 1;
    /** A server stop at {@code from}. */
    public static final int STOP = 2;

    static final int MOST = 20_000;
    private static final int FIELDS = 3;

    private long[] entries = new long[2 * FIELDS];
    private int size;
    private long startsLeftOut;
    private long stopsLeftOut;

    public void add(int kind, long from, long to) {
        int last = (size - 1) * FIELDS;
        if (kind == LINES && size > 0 && entries[last] == LINES) {
            entries[last + 2] = Math.max(entries[last + 2], to);
            return;
        }
        if (size >= MOST) {
            startsLeftOut += kind == START ? 1 : 0;
            stopsLeftOut += kind == STOP ? 1 : 0;
            return;
        }
        if (size * FIELDS == entries.length) {
            entries = Arrays.copyOf(entries, 2 * entries.length);
        }
        entries[size * FIELDS] = kind;
        entries[size * FIELDS + 1] = from;
        entries[size * FIELDS + 2] = to;
        size++;
    }

    /** Appends the events that come after these in the file. */
    void append(RunEvents next) {
        for (int i = 0; i < next.size; i++) {
            add(next.kind(i), next.from(i), next.to(i));
        }
        startsLeftOut += next.startsLeftOut;
        stopsLeftOut += next.stopsLeftOut;
    }

    public void leftOut(long starts, long stops) {
        startsLeftOut += starts;
        stopsLeftOut += stops;
    }

    public int size() {
        return size;
    }

    public int kind(int i) {
        return (int) entries[i * FIELDS];
    }

    public long from(int i) {
        return entries[i * FIELDS + 1];
    }

    public long to(int i) {
        return entries[i * FIELDS + 2];
    }

    public long startsLeftOut() {
        return startsLeftOut;
    }

    public long stopsLeftOut() {
        return stopsLeftOut;
    }
}
