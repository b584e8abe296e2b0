package loomchat.loadtest.scenario;

import java.util.List;

/**
 * From the number of clients before to {@code clients}: one each {@code everyNanos}, or evenly over
 * {@code overNanos}.
 */
record Stage(int clients, long everyNanos, long overNanos) {
    long nanosFrom(int before) {
        return everyNanos > 0 ? everyNanos * Math.abs(clients - before) : overNanos;
    }

    static List<Stage> scaled(List<Stage> stages, double by) {
        return stages.stream()
                .map(s -> new Stage((int) Math.round(s.clients * by), s.everyNanos, s.overNanos))
                .toList();
    }

    /** Stages that have a length in time keep their share of the whole; the pace of others stays. */
    static List<Stage> stretched(List<Stage> stages, double by) {
        return stages.stream()
                .map(s -> new Stage(s.clients, s.everyNanos, Math.round(s.overNanos * by)))
                .toList();
    }

    /**
     * The same when they are over in {@code duration}; otherwise so much shorter that they take {@code share} of it, or
     * half where that is more: whoever is asked for comes.
     */
    static List<Stage> fitting(List<Stage> stages, long duration, double share) {
        double by = Math.max(share, 0.5) * duration / Math.max(1, length(stages));
        return length(stages) <= duration
                ? stages
                : stages.stream()
                        .map(s -> new Stage(s.clients, (long) (s.everyNanos * by), (long) (s.overNanos * by)))
                        .toList();
    }

    static long length(List<Stage> stages) {
        long length = 0;
        int before = 0;
        for (Stage each : stages) {
            length += each.nanosFrom(before);
            before = each.clients;
        }
        return length;
    }
}
