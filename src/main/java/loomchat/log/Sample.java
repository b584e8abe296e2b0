package loomchat.log;

/**
 * One line of {@code bandwidth.jsonl}: counts over the last {@code millis}, and gauges at their end.
 *
 * <p>Counts from {@code bytesIn} to {@code connectionsRefused} are differences to the sample before; the rest are
 * gauges. {@code cpuPercent} is the process's (100 is one core), {@code machineCpuPercent} that of all cores together
 * (100 is all of them). A gauge that this system lacks is -1.
 */
public record Sample(
        long time,
        long millis,
        long bytesIn,
        long bytesOut,
        long messagesIn,
        long messagesRelayed,
        long messagesDropped,
        long connectionsOpened,
        long connectionsRefused,
        long connections,
        long waiting,
        long pairs,
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
        long openFiles,
        int logQueue,
        long logSyncMillis) {}
