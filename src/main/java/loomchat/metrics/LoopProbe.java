package loomchat.metrics;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import loomchat.counters.Durations;
import loomchat.net.Loop;

/**
 * How late loops are: each gets a task once a second, and the time until it runs is what a message would wait too. A
 * loop that has not run the last one gets no other.
 */
public final class LoopProbe {
    private final Loop[] loops;
    private final AtomicBoolean[] pending;
    private final Durations late = Durations.ofMicros();

    public LoopProbe(Loop[] loops) {
        this.loops = loops.clone();
        pending = new AtomicBoolean[loops.length];
        for (int i = 0; i < pending.length; i++) {
            pending[i] = new AtomicBoolean();
        }
    }

    /** Called once a second, from one thread. */
    public void tick() {
        for (int i = 0; i < loops.length; i++) {
            AtomicBoolean waits = pending[i];
            if (!waits.compareAndSet(false, true)) {
                continue;
            }
            long given = System.nanoTime();
            try {
                loops[i].execute(() -> {
                    late.add(System.nanoTime() - given);
                    waits.set(false);
                });
            } catch (RejectedExecutionException e) {
                // The loop has ended, and its probe with it.
            }
        }
    }

    public Durations late() {
        return late;
    }
}
