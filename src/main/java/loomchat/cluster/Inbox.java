package loomchat.cluster;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import loomchat.cluster.redis.LinkProblems;

/**
 * What came for one chat, worked off in order by a short virtual thread, because it may wait for a client. Nothing is
 * worked off before {@link #start}.
 */
final class Inbox {
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    /** Tasks that were added and are not done; one more until it is started. */
    private final AtomicInteger open = new AtomicInteger(1);

    private volatile Consumer<Runnable> starter = Thread::startVirtualThread;
    private volatile boolean closed;

    /** Any thread; does not block. */
    void add(Runnable task) {
        if (closed) {
            return;
        }
        waiting.add(task);
        if (open.getAndIncrement() == 0) {
            starter.accept(this::work);
        }
    }

    /**
     * Called once.
     *
     * @param by begins a virtual thread
     */
    void start(Consumer<Runnable> by) {
        starter = by;
        if (open.decrementAndGet() > 0) {
            by.accept(this::work);
        }
    }

    void close() {
        closed = true;
    }

    private void work() {
        int done;
        do {
            done = 0;
            for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
                done++;
                try {
                    if (!closed) {
                        task.run();
                    }
                } catch (RuntimeException e) {
                    LinkProblems.unexpected(e);
                }
            }
        } while (open.addAndGet(-done) > 0);
    }
}
