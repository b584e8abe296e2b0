package loomchat.loadtest.history;

import java.util.Arrays;
import java.util.Locale;
import loomchat.statistics.Difference;
import loomchat.statistics.MeasuredSeries;
import loomchat.statistics.StudentT;

/**
 * How one figure of a run is beside that of another run, or of several before it.
 *
 * @param before of the other run, or the geometric mean of several
 * @param noise how far the two may be apart without a reason, as a share of {@code before}; NaN when nobody can tell
 */
record Change(Figure figure, double before, double now, double noise, Kind kind) {
    enum Kind {
        BETTER,
        SAME,
        WORSE,
        /** It may be anything: too little is known of the noise. */
        UNCLEAR,
        /** There is no better or worse. */
        NONE
    }

    /** Several figures are looked at, and a false alarm costs somebody an afternoon. */
    private static final double CONFIDENCE = 0.99;
    /** What is less is nobody's business, however sure it is. */
    private static final double LEAST = 0.05;
    /** The same where nothing is known of the noise. */
    private static final double LEAST_WITHOUT_NOISE = 0.1;

    private static final double LEAST_BUCKETS = 20;

    /**
     * Beside several runs, which show the noise by themselves: whether the figure is outside of where one more of their
     * kind would be in 99 of 100 cases (prediction interval of Student's t). Of logarithms, because what a busy machine
     * does to a figure is to multiply it.
     */
    static Change besideSeveral(Figure figure, double[] before, double now) {
        int n = before.length;
        double[] logs = Arrays.stream(before).map(Math::log).toArray();
        double mean = Arrays.stream(logs).average().orElseThrow();
        double variance =
                Arrays.stream(logs).map(each -> (each - mean) * (each - mean)).sum() / (n - 1);
        double margin = StudentT.twoSidedQuantile(CONFIDENCE, n - 1) * Math.sqrt(variance * (1 + 1.0 / n));
        double usual = Math.exp(mean);
        double noise = Math.expm1(margin);
        Kind kind;
        if (figure.good == Figure.Good.NEITHER) {
            kind = Kind.NONE;
        } else if (noise > 1) {
            kind = Kind.UNCLEAR;
        } else {
            kind = kind(figure, usual, now, Math.abs(Math.log(now) - mean) > margin, LEAST);
        }
        return new Change(figure, usual, now, noise, kind);
    }

    /** Beside one run: the noise is that between the seconds of both, where they are known. */
    static Change besideOne(Figure figure, PastRun before, PastRun now) {
        double first = before.value(figure);
        double second = now.value(figure);
        if (figure.good == Figure.Good.NEITHER) {
            return new Change(figure, first, second, Double.NaN, Kind.NONE);
        }
        if (figure.unit == Figure.Unit.FAULTS) {
            return new Change(figure, first, second, 0, kind(figure, first, second, true, 0));
        }
        if (figure.column == null) {
            return new Change(
                    figure, first, second, Double.NaN, kind(figure, first, second, true, LEAST_WITHOUT_NOISE));
        }
        double[] a = before.perSecond(figure.column);
        double[] b = now.perSecond(figure.column);
        if (Math.min(a.length, b.length) < LEAST_BUCKETS) {
            return new Change(figure, first, second, Double.NaN, Kind.UNCLEAR);
        }
        MeasuredSeries one = MeasuredSeries.ofMeans(a);
        MeasuredSeries two = MeasuredSeries.ofMeans(b);
        Difference seen = Difference.mayPair(a.length, b.length)
                ? Difference.ofPaired(one, two, CONFIDENCE)
                : Difference.ofIndependent(one, two, CONFIDENCE);
        double noise = seen.marginShare();
        boolean beyond = Math.abs(second - first) > noise * Math.abs(first);
        return new Change(figure, first, second, noise, kind(figure, first, second, beyond, LEAST));
    }

    private static Kind kind(Figure figure, double before, double now, boolean beyondNoise, double least) {
        double difference = now - before;
        if (difference == 0 || !beyondNoise || Math.abs(difference) < least * Math.abs(before)) {
            return Kind.SAME;
        }
        return difference > 0 == (figure.good == Figure.Good.HIGH) ? Kind.BETTER : Kind.WORSE;
    }

    /** How much more it is than before, as a share. */
    double share() {
        return before == 0 ? Double.NaN : (now - before) / Math.abs(before);
    }

    /** Such as {@code +12 %}, {@code =}, or nothing where there is no share. */
    String shownShare() {
        if (now == before) {
            return "=";
        }
        return Double.isNaN(share())
                ? ""
                : String.format(Locale.ROOT, Math.abs(share()) < 0.995 ? "%+.1f %%" : "%+,.0f %%", 100 * share());
    }

    String shownNoise() {
        return Double.isNaN(noise) ? "?" : noise > 1 ? "> 100 %" : String.format(Locale.ROOT, "%.1f %%", 100 * noise);
    }

    /** Where the noise is not known, nothing is taken for better or worse. */
    Change orUnclear() {
        return Double.isNaN(noise) && kind != Kind.NONE ? new Change(figure, before, now, noise, Kind.UNCLEAR) : this;
    }

    String word() {
        return switch (kind) {
            case BETTER -> "better";
            case SAME -> "same";
            case WORSE -> "worse";
            case UNCLEAR -> "unclear";
            case NONE -> "";
        };
    }
}
