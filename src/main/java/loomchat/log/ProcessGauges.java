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
 * A gauge that this system lacks is -1.
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

    // The last read
    private long readAt;
    private long cpuNanos;
    private long gcTotal;

    ProcessGauges(LongSupplier virtualThreads, IntSupplier carriers) {
        this.virtualThreads = virtualThreads;
        this.carriers = carriers;
    }

    /** Ends the interval that began with the last call. A call that fails leaves it open. */
    Sample.Process read() {
        MemoryUsage heap = memory.getHeapMemoryUsage();
        long virtual = virtualThreads.getAsLong();
        long openFiles = descriptors();
        double machine = system.getCpuLoad();
        long gc = collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
        long now = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        Sample.Process read = new Sample.Process(
                residentBytes(),
                heap.getUsed(),
                heap.getCommitted(),
                now == readAt ? 0 : 100.0 * (cpu - cpuNanos) / (now - readAt),
                machine >= 0 ? 100 * machine : -1,
                system.getAvailableProcessors(),
                gc - gcTotal,
                platformThreads.getThreadCount(),
                virtual,
                Math.max(0, scheduler.getPoolSize()) + carriers.getAsInt(),
                openFiles);
        readAt = now;
        cpuNanos = cpu;
        gcTotal = gc;
        return read;
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
