package loomchat.log;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * Memory, CPU, threads and files of this process, as the JVM and the system report them. Used by one thread at a time.
 * Each {@link #read} also closes the interval over which CPU and GC times are counted. A gauge that this system lacks
 * is -1.
 */
final class ProcessGauges {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final ThreadMXBean platformThreads = ManagementFactory.getThreadMXBean();
    private final VirtualThreadSchedulerMXBean scheduler =
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(each -> !each.getName().endsWith(" Cycles"))
            .toList();

    private final LongSupplier virtualThreads;
    private final IntSupplier carriers;

    private long readAt;
    private long cpuNanos;
    private long gcTotal;
    private double cpuPercent;
    private double machineCpuPercent;
    private long gcMillis;
    private MemoryUsage heap;
    private int platform;
    private long virtual;
    private int carrying;
    private long rssBytes;
    private long openFiles;

    ProcessGauges(LongSupplier virtualThreads, IntSupplier carriers) {
        this.virtualThreads = virtualThreads;
        this.carriers = carriers;
    }

    /** Begins the first interval. */
    void start() {
        read();
    }

    /** Times come last: a failure before leaves the interval open. */
    void read() {
        heap = memory.getHeapMemoryUsage();
        platform = platformThreads.getThreadCount();
        virtual = virtualThreads.getAsLong();
        carrying = Math.max(0, scheduler.getPoolSize()) + carriers.getAsInt();
        rssBytes = residentBytes();
        openFiles = descriptors();
        long now = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        cpuPercent = now == readAt ? 0 : 100.0 * (cpu - cpuNanos) / (now - readAt);
        readAt = now;
        cpuNanos = cpu;
        double machine = system.getCpuLoad();
        machineCpuPercent = machine >= 0 ? 100 * machine : -1;
        long gc = collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
        gcMillis = gc - gcTotal;
        gcTotal = gc;
    }

    /** 100 is one core. */
    double cpuPercent() {
        return cpuPercent;
    }

    /** 100 is all cores that this process may use, of the machine or of its container. */
    double machineCpuPercent() {
        return machineCpuPercent;
    }

    int cpuCores() {
        return system.getAvailableProcessors();
    }

    /** Time in stop-the-world pauses; the cycles that concurrent collectors run beside the program are not counted. */
    long gcMillis() {
        return gcMillis;
    }

    long heapUsedBytes() {
        return heap.getUsed();
    }

    long heapCommittedBytes() {
        return heap.getCommitted();
    }

    int threads() {
        return platform;
    }

    int carriers() {
        return carrying;
    }

    long virtualThreads() {
        return virtual;
    }

    long rssBytes() {
        return rssBytes;
    }

    long openFiles() {
        return openFiles;
    }

    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No /proc on this system.
        }
        return -1;
    }

    /** Since Linux 6.2 the folder's size is the number of its entries; before, the JVM counts them one by one. */
    private long descriptors() {
        try {
            long size = Files.size(OPEN_FILES);
            if (size > 0) {
                return size;
            }
        } catch (IOException e) {
            // No /proc on this system.
        }
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : -1;
    }
}
