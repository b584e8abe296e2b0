package loomchat.ws.deflate;

import java.util.concurrent.Semaphore;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import loomchat.net.ObjectPool;

/**
 * The compressors of all connections of one end, bounded. Any thread.
 *
 * <p>A compressor holds some 300 KB outside the heap. A connection that keeps its context from message to message
 * (context takeover) needs two of its own: {@code mostContexts} connections may have them. All others are negotiated
 * without takeover, and borrow from a pool for the length of one message.
 */
public final class Compression {
    private static final int MOST_POOLED = 16;

    private final Semaphore contexts;
    private final ObjectPool<Deflater> deflaters =
            new ObjectPool<>(MOST_POOLED, () -> new Deflater(Deflater.DEFAULT_COMPRESSION, true), Deflater::end);
    private final ObjectPool<Inflater> inflaters =
            new ObjectPool<>(MOST_POOLED, () -> new Inflater(true), Inflater::end);

    public Compression(int mostContexts) {
        contexts = new Semaphore(mostContexts);
    }

    /** False when as many connections as allowed keep their contexts. */
    public boolean reserveContext() {
        return contexts.tryAcquire();
    }

    public void releaseContext() {
        contexts.release();
    }

    ObjectPool<Deflater> deflaters() {
        return deflaters;
    }

    ObjectPool<Inflater> inflaters() {
        return inflaters;
    }
}
