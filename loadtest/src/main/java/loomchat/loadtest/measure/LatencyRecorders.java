package loomchat.loadtest.measure;

import java.util.List;
import loomchat.loadtest.scenario.Persona;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Every time that is measured, in nanoseconds, to three significant digits. Receivers and users record, each in the stripe of
 * its number so that they rarely meet; the tick alone drains the recorders, into the totals that it owns. Memory depends
 * on the number of personas, not on the length of a run.
 */
public final class LatencyRecorders {
    public static final int DIGITS = 3;
    /** Longer times are recorded as this. */
    static final long MOST = 24L * 3600 * 1_000_000_000;

    private static final int STRIPES = 2;

    /** One kind of time: recorders per stripe, the last interval and the total. */
    public static final class Series {
        private final Recorder[] recorders = new Recorder[STRIPES];
        private final Histogram[] recycled = new Histogram[STRIPES];
        // The tick's own
        private final Histogram interval = new Histogram(DIGITS);
        public final Histogram total = new Histogram(DIGITS);

        Series() {
            for (int i = 0; i < STRIPES; i++) {
                recorders[i] = new Recorder(DIGITS);
            }
        }

        public void record(int stripe, long nanos) {
            recorders[stripe & STRIPES - 1].recordValue(Math.clamp(nanos, 0, MOST));
        }

        /** What came since the last call; valid until the next. */
        Histogram drain() {
            interval.reset();
            for (int i = 0; i < STRIPES; i++) {
                recycled[i] = recorders[i].getIntervalHistogram(recycled[i]);
                interval.add(recycled[i]);
            }
            total.add(interval);
            return interval;
        }
    }

    /** From the intended and from the actual time of sending, by persona of the sender; slow readers apart. */
    public final Series[] intended;

    public final Series[] actual;
    public final Series toSlowReaders = new Series();
    /** Said before a connection was back, heard after. */
    public final Series overResumes = new Series();

    public final Series connect = new Series();
    public final Series match = new Series();
    /** How late the generator itself woke up for a send. */
    public final Series lateness = new Series();

    private final Histogram intervalIntended = new Histogram(DIGITS);
    private final Histogram intervalActual = new Histogram(DIGITS);
    public final Histogram allIntended = new Histogram(DIGITS);
    public final Histogram allActual = new Histogram(DIGITS);

    LatencyRecorders(List<Persona> personas) {
        intended = new Series[personas.size()];
        actual = new Series[personas.size()];
        for (int i = 0; i < personas.size(); i++) {
            if (personas.get(i).sends()) {
                intended[i] = new Series();
                actual[i] = new Series();
            }
        }
    }

    public void arrived(int stripe, int persona, long fromIntended, long fromActual) {
        if (persona < intended.length && intended[persona] != null) {
            intended[persona].record(stripe, fromIntended);
            actual[persona].record(stripe, fromActual);
        }
    }

    /** What one tick sees; valid until the next. */
    public record Interval(
            Histogram intended, Histogram actual, Histogram connect, Histogram match, Histogram lateness) {}

    public Interval drain() {
        intervalIntended.reset();
        intervalActual.reset();
        for (int i = 0; i < intended.length; i++) {
            if (intended[i] != null) {
                intervalIntended.add(intended[i].drain());
                intervalActual.add(actual[i].drain());
            }
        }
        allIntended.add(intervalIntended);
        allActual.add(intervalActual);
        toSlowReaders.drain();
        overResumes.drain();
        return new Interval(intervalIntended, intervalActual, connect.drain(), match.drain(), lateness.drain());
    }
}
