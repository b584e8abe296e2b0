package loomchat.net;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reusable objects, borrowed for a moment. The one given back last is taken first, because it is still in the cache.
 * Any thread; the lock is held for a push or a pop only.
 */
public final class ObjectPool<T> {
    private final Supplier<T> make;
    private final Consumer<T> discard;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<T> idle = new ArrayDeque<>(); // Guarded by lock

    /**
     * @param most kept at once; further ones that come back are discarded
     */
    public ObjectPool(int most, Supplier<T> make, Consumer<T> discard) {
        this.most = most;
        this.make = make;
        this.discard = discard;
    }

    public T take() {
        lock.lock();
        try {
            T pooled = idle.pollFirst();
            if (pooled != null) {
                return pooled;
            }
        } finally {
            lock.unlock();
        }
        return make.get();
    }

    public void giveBack(T used) {
        lock.lock();
        try {
            if (idle.size() < most) {
                idle.addFirst(used);
                return;
            }
        } finally {
            lock.unlock();
        }
        discard.accept(used);
    }
}
