package loomchat;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.File;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import loomchat.cluster.Cluster;
import loomchat.counters.Counters;
import loomchat.log.EventCounts;
import loomchat.log.EventLog;
import loomchat.log.LogHealth;
import loomchat.log.Sample;
import loomchat.log.Sampler;
import loomchat.metrics.LoopProbe;
import loomchat.metrics.MetricList;
import loomchat.net.Loop;
import loomchat.report.ReportService;

/**
 * Every metric of a server, read from what its parts count anyway. A scrape takes no lock that a message needs, and
 * costs the same however many clients there are. Request threads. Long, because each metric has its call here.
 */
final class ServerMetrics {
    /** Loops with a line of their own; the others are summed up. */
    private static final int MOST_LOOPS = 16;

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(each -> !each.getName().endsWith(" Cycles"))
            .toList();
    private final double startSeconds = ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS;

    private final Parts parts;
    private final File logDir;

    /**
     * Where the numbers come from.
     *
     * @param cluster null for a server of its own
     * @param away visitors whose connection broke and whose chat is kept
     * @param longestWaitMillis of those who wait for a partner now
     */
    record Parts(
            Counters counters,
            EventLog log,
            Sampler sampler,
            ReportService reports,
            Loop[] loops,
            LoopProbe probe,
            Cluster cluster,
            int mostConnections,
            IntSupplier away,
            LongSupplier longestWaitMillis,
            BooleanSupplier ready) {}

    ServerMetrics(Parts parts, File logDir) {
        this.parts = parts;
        this.logDir = logDir;
    }

    MetricSnapshots read() {
        MetricList all = new MetricList();
        process(all);
        Sample.Process sampled = parts.sampler.process();
        if (sampled != null) {
            sampled(all, sampled);
        }
        connections(all);
        chats(all);
        messages(all);
        calls(all);
        log(all);
        loops(all);
        if (parts.cluster != null) {
            redis(all);
        }
        return all.build();
    }

    private void process(MetricList all) {
        all.info(
                "loomchat_build",
                "This build, the Java that it runs on, and what runs the threads of connections",
                "version",
                Loomchat.version(),
                "java",
                Runtime.version().toString(),
                "scheduler",
                Loop.carriesThreads() ? "loops" : "jdk");
        all.gauge("process_start_time_seconds", "When the process began, since the epoch", startSeconds);
        all.counter("process_cpu_seconds", "CPU that the process used", system.getProcessCpuTime() / NANOS);
        if (system instanceof UnixOperatingSystemMXBean unix) {
            all.gauge("process_max_fds", "Most file descriptors", unix.getMaxFileDescriptorCount());
        }
        all.gauge(
                "loomchat_heap_max_bytes",
                "The largest that the Java heap may be",
                Runtime.getRuntime().maxMemory());
        long pauses = 0;
        long pauseMillis = 0;
        for (GarbageCollectorMXBean each : collectors) {
            pauses += Math.max(0, each.getCollectionCount());
            pauseMillis += Math.max(0, each.getCollectionTime());
        }
        all.counter("loomchat_gc_pauses", "Garbage collections that stopped the program", pauses);
        all.counter("loomchat_gc_pause_seconds", "Time in which they did", pauseMillis / MILLIS);
        all.gauge(
                "loomchat_ready",
                "1 while /readyz answers 200: visitors are let in",
                parts.ready.getAsBoolean() ? 1 : 0);
    }

    /** Of the last sample, which is a second old at the most. */
    private static void sampled(MetricList all, Sample.Process process) {
        all.gauge("process_resident_memory_bytes", "Memory of the process", process.rssBytes());
        all.gauge("process_open_fds", "Open file descriptors", process.openFiles());
        all.gauge("loomchat_heap_used_bytes", "Java heap in use", process.heapUsedBytes());
        all.gauge("loomchat_heap_committed_bytes", "Java heap that the process has", process.heapCommittedBytes());
        Map<String, Long> kinds = new LinkedHashMap<>();
        kinds.put("platform", (long) process.threads());
        kinds.put("virtual", process.virtualThreads());
        kinds.put("carrier", (long) process.carriers());
        all.gauge(
                "loomchat_threads", "Threads; carriers carry virtual ones and are platform threads too", "kind", kinds);
    }

    private void connections(MetricList all) {
        Counters counters = parts.counters;
        EventCounts events = parts.log.counts();
        all.gauge("loomchat_connections", "Open WebSocket connections", "protocol", counters.connections.all());
        all.gauge("loomchat_connections_max", "Most of them, MAX_CONNECTIONS", parts.mostConnections);
        all.counter(
                "loomchat_connections_opened",
                "WebSocket connections opened",
                "protocol",
                counters.connectionsOpened.all());
        all.counter("loomchat_disconnects", "WebSocket connections ended", "reason", events.disconnects.all());
        all.counter(
                "loomchat_refusals",
                "WebSocket handshakes and sockets refused",
                "reason",
                counters.connectionsRefused.all());
        all.counter("loomchat_sessions", "Requests about visitors' sessions", "result", counters.sessions.all());
    }

    private void chats(MetricList all) {
        Counters counters = parts.counters;
        EventCounts events = parts.log.counts();
        all.gauge("loomchat_waiting", "Visitors without a partner", counters.waiting.sum());
        all.gauge("loomchat_pairs", "Pairs", counters.pairs.sum());
        all.gauge("loomchat_away", "Visitors whose connection broke and whose chat is kept", parts.away.getAsInt());
        all.gauge(
                "loomchat_oldest_wait_seconds",
                "For how long the one has waited who has waited longest; 0 when nobody waits",
                parts.longestWaitMillis.getAsLong() / MILLIS);
        long matches = 0;
        for (long each : events.waits.counts()) {
            matches += each;
        }
        all.counter("loomchat_matches", "Pairs made", matches);
        all.histogram(
                "loomchat_match_wait_seconds",
                "How long those had waited whom a newcomer was matched with",
                events.waits);
        all.counter("loomchat_chats_ended", "Pairs that came apart", "reason", events.chatsEnded.all());
        Map<String, Long> resumes = new LinkedHashMap<>();
        resumes.put("resumed", events.resumes.sum());
        resumes.put("refused", counters.resumesRefused.sum());
        all.counter("loomchat_resumes", "Visitors who came back for their chat", "result", resumes);
        all.counter("loomchat_reports", "Partners reported by visitors", "reason", events.reports.all());
    }

    private void messages(MetricList all) {
        Counters counters = parts.counters;
        all.counter("loomchat_messages_received", "Messages received from clients", counters.messagesIn.sum());
        all.counter(
                "loomchat_messages_relayed", "Messages handed to a partner's socket", counters.messagesRelayed.sum());
        all.counter("loomchat_messages_dropped", "Messages said to nobody", counters.messagesDropped.sum());
        Map<String, Long> traffic = new LinkedHashMap<>();
        traffic.put("in", counters.bytesIn.sum());
        traffic.put("out", counters.bytesOut.sum());
        all.counter("loomchat_traffic_bytes", "Bytes of WebSockets, framing included", "direction", traffic);
        var relay = new LinkedHashMap<String, loomchat.counters.Durations>();
        relay.put("local", counters.relayHere);
        relay.put("cluster", counters.relayElsewhere);
        all.histogram(
                "loomchat_relay_seconds",
                "From the read of a message until the partner's socket has it, or until it is on its way to another"
                        + " server; one batch of sixteen is timed",
                "path",
                relay);
    }

    private void calls(MetricList all) {
        EventCounts events = parts.log.counts();
        all.gauge("loomchat_calls", "Calls that are on", parts.counters.calls.sum());
        all.counter("loomchat_calls_started", "Calls agreed to", events.callsStarted.sum());
        all.counter("loomchat_calls_ended", "Calls that are over", "reason", events.callsEnded.all());
    }

    private void log(MetricList all) {
        LogHealth health = parts.log.health();
        all.gauge("loomchat_log_queue_events", "Events that wait for the log writer", health.queued());
        all.gauge("loomchat_log_queue_max_events", "How many may wait before chats do", health.capacity());
        double stalled = health.healthy() ? 0 : (System.currentTimeMillis() - health.stalledSince()) / MILLIS;
        all.gauge(
                "loomchat_log_stalled_seconds",
                "For how long the disk has taken no lines; 0 while it does",
                Math.max(0, stalled));
        all.counter(
                "loomchat_log_queue_full_seconds",
                "Time in which chats waited for the log",
                parts.log.queueFullNanos() / NANOS);
        Map<String, Long> written = new LinkedHashMap<>();
        written.put("events", parts.log.writtenBytes(true));
        written.put("samples", parts.log.writtenBytes(false));
        all.counter("loomchat_log_written_bytes", "Bytes written to the log files", "file", written);
        all.histogram("loomchat_log_sync_seconds", "How long a sync of the log files took", parts.log.syncs());
        all.gauge("loomchat_log_disk_size_bytes", "Size of the file system of LOG_DIR", logDir.getTotalSpace());
        all.gauge("loomchat_log_disk_free_bytes", "What is free of it", logDir.getUsableSpace());
        long scans = 0;
        for (long each : parts.reports.scans().counts()) {
            scans += each;
        }
        all.counter("loomchat_report_scans", "Scans of the log files for the report", scans);
        all.histogram("loomchat_report_scan_seconds", "How long a scan took", parts.reports.scans());
    }

    private void loops(MetricList all) {
        Map<String, Double> cpu = new LinkedHashMap<>();
        for (int i = 0; i < parts.loops.length; i++) {
            long nanos = threads.getThreadCpuTime(parts.loops[i].threadId());
            cpu.merge(i < MOST_LOOPS ? Integer.toString(i) : "other", Math.max(0, nanos) / NANOS, Double::sum);
        }
        all.counter("loomchat_loop_cpu_seconds", "CPU that a loop used", "loop", cpu);
        all.histogram(
                "loomchat_loop_late_seconds",
                "How long a task waited that each loop is given once a second",
                parts.probe.late());
    }

    private void redis(MetricList all) {
        all.gauge("loomchat_redis_up", "1 while Redis can be reached", parts.cluster.isUp() ? 1 : 0);
        all.histogram(
                "loomchat_redis_command_seconds",
                "How long Redis took to answer",
                "operation",
                parts.cluster.timings().all());
        all.counter(
                "loomchat_redis_errors",
                "Requests to Redis that failed, or were not sent for lack of a connection",
                parts.cluster.timings().failures());
        all.gauge("loomchat_cluster_servers", "Servers of the crowd that this one knows of", parts.cluster.size());
    }
}
