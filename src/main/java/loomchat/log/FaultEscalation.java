package loomchat.log;

import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Distinguishes an error of the machine that passes, such as a short lack of memory, from one that lasts: the latter
 * is reported, once. One thread.
 */
final class FaultEscalation {
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final BiConsumer<String, Throwable> onFatal;
    private final LongSupplier clock;
    private long since;
    private boolean told;

    /** @param onFatal gets the name of the thread and the error */
    FaultEscalation(BiConsumer<String, Throwable> onFatal, LongSupplier clock) {
        this.onFatal = onFatal;
        this.clock = clock;
    }

    /** The work failed, and will be tried again. */
    void failed(Throwable fault) {
        if (!(fault instanceof VirtualMachineError)) {
            return;
        }
        long now = clock.getAsLong();
        if (since == 0) {
            since = Math.max(1, now);
        } else if (!told && now - since >= LONGEST_NANOS) {
            told = true;
            onFatal.accept(Thread.currentThread().getName(), fault);
        }
    }

    void succeeded() {
        since = 0;
    }
}
