package loomchat.ws;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The compressors of all connections of one end, bounded. Any thread.
 *
 * <p>A compressor holds some 300 KB outside the heap. A connection that keeps its context from message to message
 * (context takeover) needs two of its own: {@code mostContexts} connections may, all others are negotiated without
 * takeover and borrow from a pool for the length of one message.
 */
public final class Compression {
    /** Messages below this many bytes are not worth compressing. */
    static final int LEAST_BYTES = 128;

    private static final int MOST_POOLED = 16;

    private final Semaphore contexts;
    private final Pool<Deflater> deflaters =
            new Pool<>(() -> new Deflater(Deflater.DEFAULT_COMPRESSION, true), Deflater::reset, Deflater::end);
    private final Pool<Inflater> inflaters = new Pool<>(() -> new Inflater(true), Inflater::reset, Inflater::end);

    public Compression(int mostContexts) {
        contexts = new Semaphore(mostContexts);
    }

    boolean reserveContext() {
        return contexts.tryAcquire();
    }

    void releaseContext() {
        contexts.release();
    }

    Pool<Deflater> deflaters() {
        return deflaters;
    }

    Pool<Inflater> inflaters() {
        return inflaters;
    }

    /** Keeps a few for reuse; what comes back above that is ended. */
    static final class Pool<T> {
        private final ReentrantLock lock = new ReentrantLock();
        private final ArrayDeque<T> idle = new ArrayDeque<>(); // Guarded by lock
        private final Supplier<T> make;
        private final java.util.function.Consumer<T> reset;
        private final java.util.function.Consumer<T> end;

        Pool(Supplier<T> make, java.util.function.Consumer<T> reset, java.util.function.Consumer<T> end) {
            this.make = make;
            this.reset = reset;
            this.end = end;
        }

        T take() {
            lock.lock();
            try {
                T pooled = idle.poll();
                return pooled != null ? pooled : make.get();
            } finally {
                lock.unlock();
            }
        }

        void giveBack(T used) {
            reset.accept(used);
            lock.lock();
            try {
                if (idle.size() < MOST_POOLED) {
                    idle.push(used);
                    return;
                }
            } finally {
                lock.unlock();
            }
            end.accept(used);
        }
    }
}
