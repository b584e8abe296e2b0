package loomchat.log;

import loomchat.counters.Counters;

/**
 * One line of {@code bandwidth.jsonl}: the traffic of the last {@code millis}, and gauges at their end. A gauge that
 * this system lacks is -1.
 *
 * @param time wall clock
 * @param logQueue events that wait for the log writer
 * @param logSyncMillis how long the log's last sync took
 */
public record Sample(
        long time, long millis, Traffic traffic, Visitors visitors, Process process, int logQueue, long logSyncMillis) {
    /** Totals, or the differences of two. */
    public record Traffic(
            long bytesIn,
            long bytesOut,
            long messagesIn,
            long messagesRelayed,
            long messagesDropped,
            long connectionsOpened,
            long connectionsRefused) {
        static Traffic of(Counters counters) {
            return new Traffic(
                    counters.bytesIn.sum(),
                    counters.bytesOut.sum(),
                    counters.messagesIn.sum(),
                    counters.messagesRelayed.sum(),
                    counters.messagesDropped.sum(),
                    counters.connectionsOpened.sum(),
                    counters.connectionsRefused.sum());
        }

        Traffic since(Traffic before) {
            return new Traffic(
                    bytesIn - before.bytesIn,
                    bytesOut - before.bytesOut,
                    messagesIn - before.messagesIn,
                    messagesRelayed - before.messagesRelayed,
                    messagesDropped - before.messagesDropped,
                    connectionsOpened - before.connectionsOpened,
                    connectionsRefused - before.connectionsRefused);
        }
    }

    /** Gauges of the chat. */
    public record Visitors(long connections, long waiting, long pairs, long calls) {
        static Visitors of(Counters counters) {
            return new Visitors(
                    counters.connections.sum(), counters.waiting.sum(), counters.pairs.sum(), counters.calls.sum());
        }
    }

    /**
     * Gauges of the process, but for times over the interval.
     *
     * @param cpuPercent of the process over the interval; 100 is one core
     * @param machineCpuPercent 100 is all cores that this process may use, of the machine or of its container
     * @param gcMillis in stop-the-world pauses over the interval, without the concurrent cycles of a collector
     */
    public record Process(
            long rssBytes,
            long heapUsedBytes,
            long heapCommittedBytes,
            double cpuPercent,
            double machineCpuPercent,
            int cpuCores,
            long gcMillis,
            int threads,
            long virtualThreads,
            int carriers,
            long openFiles) {}
}
