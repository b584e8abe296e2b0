package loomchat.loadtest.history;

import java.util.Arrays;
import java.util.Locale;
import loomchat.statistics.CoarseLimit;
import loomchat.statistics.Difference;
import loomchat.statistics.Finding;
import loomchat.statistics.MeasuredSeries;
import loomchat.statistics.StudentT;

/**
 * How one figure of a run is beside that of another run, or of several before it.
 *
 * @param before of the other run, or the geometric mean of several
 * @param noise how far the two may be apart without a reason, as a share of {@code before}; NaN when nobody can tell
 * @param remark by what limit it is better or worse, or why it cannot be told; may be empty
 */
record Change(Figure figure, double before, double now, double noise, Kind kind, String remark) {
    enum Kind {
        BETTER,
        /** A difference that matters can be ruled out. */
        SAME,
        /** It differs for sure, and by less than {@link #LEAST}. */
        SMALL,
        /** Noise may hide a difference. */
        NOT_SEEN,
        WORSE,
        /** It may be anything: too little is known of the noise. */
        UNCLEAR,
        /** There is no better or worse. */
        NONE
    }

    private static final String TOO_LITTLE_CPU = "too little CPU";
    private static final String OWN = "mostly the load client's own";
    private static final String ONE_SAMPLE = "one sample";
    private static final String TOO_FEW_VALUES = "too few values";
    private static final String RUNS_TOO_UNEVEN = "the runs before differ too much";

    static final String COARSE_LIMIT = "coarse limit";

    /** Several figures are looked at, and a false alarm costs somebody an afternoon. */
    private static final double CONFIDENCE = 0.99;
    /** What is less is nobody's business, however sure it is. */
    private static final double LEAST = 0.05;
    /** Fewer runs than this say little about how much runs differ. */
    private static final int ENOUGH_RUNS = 4;
    /** Fewer runs that are equal by chance, or by the steps in which a figure is told, do not differ less than this. */
    private static final double LEAST_DEVIATION = 0.01;
    /** Of less CPU, the start of the server and what else it does beside messages are too large a part. */
    private static final double LEAST_CPU_SECONDS = 2;

    private static final double LEAST_BUCKETS = 20;
    /** A percentile with fewer values beyond it is the time of one or two messages. */
    private static final int LEAST_BEYOND = 3;
    /** From here on, a factor says more than a share. */
    private static final double LEAST_TIMES = 10;

    /** Beside a run that is not valid, or of one: nothing is taken for better or worse. */
    static Change unjudged(Figure figure, PastRun before, PastRun now) {
        return new Change(figure, before.value(figure), now.value(figure), Double.NaN, Kind.NONE, "");
    }

    /**
     * Beside several runs, which show the noise by themselves: whether the figure is outside of where one more of their
     * kind would be in 99 of 100 cases (prediction interval of Student's t). Of logarithms, because what a busy machine
     * does to a figure is to multiply it. Few runs say little about the noise: what may be noise by them, but is far
     * from all of them, is told by the coarse limit.
     *
     * @param late how late the load generator itself was in the run, in the unit of the figure: no change by less is
     *     told by the coarse limit
     */
    static Change besideSeveral(Figure figure, double[] before, double now, double late) {
        int n = before.length;
        double[] logs = Arrays.stream(before).map(Math::log).toArray();
        double mean = Arrays.stream(logs).average().orElseThrow();
        double variance =
                Arrays.stream(logs).map(each -> (each - mean) * (each - mean)).sum() / (n - 1);
        double deviation = Math.max(Math.sqrt(variance), n < ENOUGH_RUNS ? LEAST_DEVIATION : 0);
        double margin = StudentT.twoSidedQuantile(CONFIDENCE, n - 1) * deviation * Math.sqrt(1 + 1.0 / n);
        double usual = Math.exp(mean);
        double noise = Math.expm1(margin);
        Finding finding = finding(usual, now, noise, Math.abs(Math.log(now) - mean) > margin);
        if (figure.good == Figure.Good.NEITHER) {
            return new Change(figure, usual, now, noise, Kind.NONE, "");
        }
        if (finding != Finding.UNEVEN) {
            return new Change(figure, usual, now, noise, kind(figure, usual, now, finding), "");
        }
        if (n >= ENOUGH_RUNS) {
            return unclear(figure, usual, now, RUNS_TOO_UNEVEN);
        }
        double nearest = now > usual
                ? Arrays.stream(before).max().orElseThrow()
                : Arrays.stream(before).min().orElseThrow();
        return coarse(figure, usual, now, nearest, late, "too few runs");
    }

    /** Beside several runs of which one, or this one, kept the server too little busy. */
    static Change ofTooLittleCpu(double[] before, double now) {
        return unclear(Figure.SERVER_CPU, Arrays.stream(before).average().orElseThrow(), now, TOO_LITTLE_CPU);
    }

    static boolean isTooLittleCpu(PastRun run) {
        return run.serverCpuSeconds() < LEAST_CPU_SECONDS;
    }

    /** Of faults that did not fail the run by themselves: some beside none, or far more than in any run before. */
    static Change faults(Figure figure, double[] before, double now) {
        double most = Arrays.stream(before).max().orElseThrow();
        return most == 0
                ? new Change(figure, 0, now, 0, Kind.WORSE, "")
                : coarse(figure, most, now, most, 0, "too little is told");
    }

    /** Beside one run: the noise is that between the seconds of both, where they are known. */
    static Change besideOne(Figure figure, PastRun before, PastRun now) {
        double first = before.value(figure);
        double second = now.value(figure);
        if (figure.good == Figure.Good.NEITHER) {
            return new Change(figure, first, second, Double.NaN, Kind.NONE, "");
        }
        if (figure.unit == Figure.Unit.FAULTS) {
            return first == second || Math.min(first, second) == 0
                    ? new Change(
                            figure, first, second, 0, first == second ? Kind.SAME : better(figure, second - first), "")
                    : coarse(figure, first, second, first, 0, "too little is told");
        }
        if (before.isOwn(figure) || now.isOwn(figure)) {
            double most = Math.max(before.lateness(figure), now.lateness(figure));
            return own(figure, new double[] {first}, second, most, now.isOwn(figure));
        }
        double late = (second > first ? now : before).lateness(figure);
        if (figure == Figure.SERVER_RSS) {
            return unclear(figure, first, second, ONE_SAMPLE);
        }
        if (figure == Figure.SERVER_CPU && (isTooLittleCpu(before) || isTooLittleCpu(now))) {
            return unclear(figure, first, second, TOO_LITTLE_CPU);
        }
        if (Math.min(before.valuesBeyond(figure), now.valuesBeyond(figure)) < LEAST_BEYOND) {
            return unclear(figure, first, second, TOO_FEW_VALUES);
        }
        if (figure.column == null) {
            return coarse(figure, first, second, first, late, "too little is told");
        }
        double[] a = before.perSecond(figure.column);
        double[] b = now.perSecond(figure.column);
        if (Math.min(a.length, b.length) < LEAST_BUCKETS) {
            return coarse(figure, first, second, first, late, "too short");
        }
        MeasuredSeries one = MeasuredSeries.ofMeans(a);
        MeasuredSeries two = MeasuredSeries.ofMeans(b);
        Difference seen = Difference.mayPair(a.length, b.length)
                ? Difference.ofPaired(one, two, CONFIDENCE)
                : Difference.ofIndependent(one, two, CONFIDENCE);
        double noise = seen.marginShare();
        if (!(noise <= Finding.MOST_NOISE)) {
            return coarse(figure, first, second, first, late, "too uneven");
        }
        Finding finding = finding(first, second, noise, Math.abs(second - first) > noise * Math.abs(first));
        return new Change(figure, first, second, noise, kind(figure, first, second, finding), "");
    }

    /** Noise of logarithms is larger upwards than downwards: what is beyond it is seen either way. */
    private static Finding finding(double before, double now, double noise, boolean beyond) {
        Finding finding = Finding.of((now - before) / Math.abs(before), noise);
        return beyond && finding != Finding.SAME ? Finding.SEEN : finding;
    }

    /**
     * Where the noise is not known: {@link CoarseLimit#TIMES} times as much counts, and less is unclear.
     *
     * @param nearest what it is a multiple of: of several runs the one that is nearest
     */
    private static Change coarse(
            Figure figure, double before, double now, double nearest, double late, String otherwise) {
        return CoarseLimit.isExceeded(nearest, now, late)
                ? new Change(figure, before, now, Double.NaN, better(figure, now - nearest), COARSE_LIMIT)
                : unclear(figure, before, now, otherwise);
    }

    /**
     * Where a latency is mostly the load generator's own, in this run or in those before: far more than there is worse,
     * and nothing is better than what was no measure of the server.
     */
    static Change own(Figure figure, double[] before, double now, double late, boolean nowOwn) {
        double most = Arrays.stream(before).max().orElseThrow();
        double usual = Math.exp(Arrays.stream(before).map(Math::log).average().orElseThrow());
        Change seen = coarse(figure, usual, now, most, late, OWN);
        return seen.kind == Kind.WORSE && !nowOwn ? seen : unclear(figure, usual, now, OWN);
    }

    private static Change unclear(Figure figure, double before, double now, String why) {
        return new Change(figure, before, now, Double.NaN, Kind.UNCLEAR, why);
    }

    private static Kind kind(Figure figure, double before, double now, Finding finding) {
        return switch (finding) {
            case SEEN -> Math.abs(now - before) < LEAST * Math.abs(before) ? Kind.SMALL : better(figure, now - before);
            case SAME -> Kind.SAME;
            case NOT_SEEN -> Kind.NOT_SEEN;
            case UNEVEN, UNKNOWN -> Kind.UNCLEAR;
        };
    }

    private static Kind better(Figure figure, double difference) {
        return difference > 0 == (figure.good == Figure.Good.HIGH) ? Kind.BETTER : Kind.WORSE;
    }

    boolean isCoarse() {
        return remark.equals(COARSE_LIMIT);
    }

    /** Why nobody knows the noise, and what counts without. */
    String why() {
        String limit = CoarseLimit.TIMES + " times as much or as little as in any run before";
        return switch (remark) {
            case COARSE_LIMIT -> "the noise is not known, and it is " + limit;
            case OWN -> OWN + ", which says nothing of the server";
            case TOO_LITTLE_CPU, ONE_SAMPLE, TOO_FEW_VALUES -> remark;
            case RUNS_TOO_UNEVEN -> "the runs before differ by more than that";
            default -> remark + " to know the noise, and not " + limit;
        };
    }

    /** How much more it is than before, as a share. */
    double share() {
        return before == 0 ? Double.NaN : (now - before) / Math.abs(before);
    }

    /** Such as {@code +12 %}, {@code 77 times}, {@code 1/77}, {@code =}, or nothing where there is no share. */
    String shownShare() {
        if (now == before) {
            return "=";
        }
        double times = now / before;
        if (before <= 0 || Double.isNaN(share())) {
            return "";
        }
        if (times >= LEAST_TIMES) {
            return String.format(Locale.ROOT, "%,.0f times", times);
        }
        if (times > 0 && times <= 1 / LEAST_TIMES) {
            return String.format(Locale.ROOT, "1/%,.0f", 1 / times);
        }
        return String.format(Locale.ROOT, Math.abs(share()) < 0.995 ? "%+.1f %%" : "%+,.0f %%", 100 * share());
    }

    /** A question mark where nobody can tell it. */
    String shownNoise() {
        return Double.isNaN(noise)
                ? "?"
                : noise >= 10 ? ">999%" : String.format(Locale.ROOT, noise < 0.1 ? "%.1f %%" : "%.0f %%", 100 * noise);
    }

    String word() {
        return switch (kind) {
            case BETTER -> "better";
            case SAME -> Finding.SAME.word;
            case SMALL -> "less than 5 %";
            case NOT_SEEN -> Finding.NOT_SEEN.word;
            case WORSE -> "worse";
            case UNCLEAR -> "cannot tell";
            case NONE -> "";
        };
    }

    /** The same, and by what limit or why. */
    String wordAndRemark() {
        return remark.isEmpty() ? word() : kind == Kind.UNCLEAR ? word() + ": " + remark : word() + " (" + remark + ")";
    }
}
