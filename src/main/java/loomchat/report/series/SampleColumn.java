package loomchat.report.series;

/**
 * The numbers of a sample, in the order of canonical lines. A rate is written as the amount over the sample's length
 * and shown per second; a gauge is shown as it is.
 */
public enum SampleColumn {
    BYTES_IN("bytesIn", true),
    BYTES_OUT("bytesOut", true),
    MESSAGES_IN("messagesIn", true),
    MESSAGES_RELAYED("messagesRelayed", true),
    MESSAGES_DROPPED("messagesDropped", true),
    CONNECTIONS_OPENED("connectionsOpened", true),
    CONNECTIONS_REFUSED("connectionsRefused", true),
    CONNECTIONS("connections", false),
    WAITING("waiting", false),
    PAIRS("pairs", false),
    RSS_BYTES("rssBytes", false),
    HEAP_USED_BYTES("heapUsedBytes", false),
    HEAP_COMMITTED_BYTES("heapCommittedBytes", false),
    CPU_PERCENT("cpuPercent", false),
    MACHINE_CPU_PERCENT("machineCpuPercent", false, false),
    CPU_CORES("cpuCores", false, false),
    GC_MILLIS("gcMillis", true),
    THREADS("threads", false),
    VIRTUAL_THREADS("virtualThreads", false),
    CARRIERS("carriers", false),
    OPEN_FILES("openFiles", false),
    LOG_QUEUE("logQueue", false),
    LOG_SYNC_MILLIS("logSyncMillis", false, false),
    CALLS("calls", false);

    /** The name in sample lines. */
    public final String key;

    public final boolean rate;

    /** Whether several servers have the sum of what each has; else the mean is shown. */
    public final boolean addsUp;

    SampleColumn(String key, boolean rate) {
        this(key, rate, true);
    }

    SampleColumn(String key, boolean rate, boolean addsUp) {
        this.key = key;
        this.rate = rate;
        this.addsUp = addsUp;
    }

    /** The name in JSON and CSV; that of a rate says so. */
    public String shown() {
        return rate ? key + "PerSecond" : key;
    }
}
