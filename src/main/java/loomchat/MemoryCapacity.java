package loomchat;

import java.lang.management.ManagementFactory;

/**
 * How many connections the memory carries. {@code docs/performance.md} has the measurement: an idle connection keeps
 * 3.9 KB of the heap, 0.5 KB of native memory and 1.5 KB in the kernel, which a container is charged for as well.
 *
 * @param memoryBytes the container's limit, or the machine's memory
 * @param heapBytes the most that the heap may become
 */
record MemoryCapacity(long memoryBytes, long heapBytes) {
    /** However small the memory: so few connections take less than the estimate's error. */
    static final int LEAST = 100;

    /** Twice what lives: messages in flight, and what is dead until the next collection. */
    private static final long HEAP_FOR_EACH = 8 << 10;

    private static final long OTHERS_FOR_EACH = 2 << 10;

    /** What lives in the heap of a server without clients, and as much again. */
    private static final long HEAP_FOR_SERVER = 16 << 20;

    /**
     * Classes, code, threads, buffers: 50 MB; the young generation, as far as it is not counted above; files that are
     * read; and a command beside the server, such as health.
     */
    private static final long OTHERS_FOR_SERVER = 104 << 20;

    /** Of this process. */
    static MemoryCapacity here() {
        long memory = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
        return new MemoryCapacity(memory, Runtime.getRuntime().maxMemory());
    }

    /** The most connections for which both the heap and the memory around it are large enough. */
    int connections() {
        // An eighth is for incomplete messages: INCOMPLETE_MESSAGE_BYTES.
        long byHeap = (heapBytes - heapBytes / 8 - HEAP_FOR_SERVER) / HEAP_FOR_EACH;
        long byMemory = (memoryBytes - HEAP_FOR_SERVER - OTHERS_FOR_SERVER) / (HEAP_FOR_EACH + OTHERS_FOR_EACH);
        return (int) Math.clamp(Math.min(byHeap, byMemory), LEAST, Integer.MAX_VALUE);
    }

    /** A line for the operator who wants more connections than fit, or gives too little for any, or null. */
    String warning(int maxConnections) {
        if (memoryBytes < HEAP_FOR_SERVER + OTHERS_FOR_SERVER) {
            return "The memory here, %d MB, is less than the server needs for itself, %d MB: give it more"
                    .formatted(memoryBytes >> 20, (HEAP_FOR_SERVER + OTHERS_FOR_SERVER) >> 20);
        }
        int fit = connections();
        return maxConnections <= fit
                ? null
                : "MAX_CONNECTIONS=%d does not fit into the memory here (%d MB, of which the heap may take %d MB): about %d do. Lower it, or give more memory"
                        .formatted(maxConnections, memoryBytes >> 20, heapBytes >> 20, fit);
    }
}
