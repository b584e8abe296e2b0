package loomchat.identity.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import loomchat.log.files.Disk;
import loomchat.log.files.OwnerOnlyFiles;

/**
 * A file of lines that says what some state in memory is: each line states one part of it anew, the last line about a
 * part counts. When it has grown to twice what the state needs, it is rewritten from the state.
 *
 * <p>Any thread appends, without waiting for the disk; a thread of its own writes what has come together, and does not
 * sync: a power cut can take the last lines. When the disk fails or more than {@link #MOST_QUEUED} lines wait, lines
 * are dropped, and the whole state is written as soon as the disk takes it.
 */
public final class Journal implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final int MOST_QUEUED = 50_000;
    private static final int LONGEST_LINE = 4096;
    private static final int LEAST_REWRITTEN_BYTES = 1 << 20;
    private static final int BATCH_BYTES = 64 * 1024;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Path file;
    private final Supplier<Stream<String>> state;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queued = lock.newCondition();
    private final Condition written = lock.newCondition();

    // Guarded by lock
    private ArrayDeque<String> queue = new ArrayDeque<>();
    private long lastQueued;
    private long lastWritten;
    private boolean needsRewrite;
    private boolean closed;

    // Writer only
    private FileChannel channel;
    private long size;
    private long rewriteAbove = LEAST_REWRITTEN_BYTES;
    private boolean failing;

    /**
     * Reads the file, if there is one, and begins to write to it.
     *
     * @param take gets each line, in order, before this returns; an {@link IllegalArgumentException} of it means that
     *     the line is damaged: it is counted and skipped
     * @param state the lines that state all of it; called on the writer's thread while others change the state, after
     *     which they append
     */
    public static Journal open(Path file, Consumer<String> take, Supplier<Stream<String>> state) throws IOException {
        long damaged = read(file, take);
        if (damaged > 0) {
            LOGGER.log(System.Logger.Level.WARNING, damaged + " damaged lines of " + file + " were skipped");
        }
        return new Journal(file, state, damaged > 0);
    }

    private static long read(Path file, Consumer<String> take) throws IOException {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        long damaged = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Channels.newInputStream(OwnerOnlyFiles.open(file, StandardOpenOption.READ)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    continue;
                }
                try {
                    take.accept(line);
                } catch (IllegalArgumentException e) {
                    damaged++;
                }
            }
        }
        return damaged;
    }

    private Journal(Path file, Supplier<Stream<String>> state, boolean rewrite) throws IOException {
        this.file = file;
        this.state = state;
        needsRewrite = rewrite;
        openChannel();
        writer = Thread.ofPlatform()
                .daemon()
                .name(file.getFileName().toString().replaceAll("\\..*", "") + "-writer")
                .start(this::run);
    }

    private void openChannel() throws IOException {
        channel = OwnerOnlyFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        size = channel.size();
        channel.position(size);
        if (size > 0) {
            // The run before may have ended in the middle of a line.
            size += channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    /** Queues a line; returns its number for {@link #awaitWritten}. */
    public long append(String line) {
        lock.lock();
        try {
            if (queue.size() >= MOST_QUEUED || line.length() > LONGEST_LINE) {
                needsRewrite = true;
            } else {
                queue.add(line);
            }
            queued.signal();
            return ++lastQueued;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the line is with the system: then it outlives the process. False if that takes too long. */
    public boolean awaitWritten(long number, long atMostNanos) {
        long nanos = atMostNanos;
        lock.lock();
        try {
            while (lastWritten < number && nanos > 0 && !closed) {
                nanos = written.awaitNanos(nanos);
            }
            return lastWritten >= number;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    // Writer

    private void run() {
        while (true) {
            ArrayDeque<String> batch;
            long upTo;
            boolean rewrite;
            lock.lock();
            try {
                while (queue.isEmpty() && !needsRewrite && !closed) {
                    queued.awaitUninterruptibly();
                }
                if (queue.isEmpty() && !needsRewrite) {
                    return;
                }
                batch = queue;
                queue = new ArrayDeque<>();
                upTo = lastQueued;
                rewrite = needsRewrite;
                needsRewrite = false;
            } finally {
                lock.unlock();
            }
            if (write(batch, rewrite)) {
                wrote(upTo);
            } else if (!retryLater()) {
                return;
            }
        }
    }

    private void wrote(long upTo) {
        lock.lock();
        try {
            lastWritten = upTo;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** False when the journal closes. */
    private boolean retryLater() {
        lock.lock();
        try {
            needsRewrite = true;
            if (closed) {
                return false;
            }
            long nanos = RETRY_NANOS;
            while (nanos > 0 && !closed) {
                nanos = queued.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean write(ArrayDeque<String> batch, boolean rewrite) {
        try {
            if (rewrite || size > rewriteAbove) {
                rewrite();
            } else {
                size += put(channel, batch.iterator());
            }
            if (failing) {
                failing = false;
                LOGGER.log(System.Logger.Level.INFO, file + " can be written again");
            }
            return true;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        file + " cannot be written: " + Disk.cause(e) + ". Its content is kept in memory meanwhile");
            }
            return false;
        }
    }

    private void rewrite() throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        FileChannel fresh = OwnerOnlyFiles.open(next, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (Stream<String> lines = state.get()) {
            long bytes = put(fresh, lines.iterator());
            fresh.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            channel.close();
            channel = fresh;
            size = bytes;
            rewriteAbove = Math.max(LEAST_REWRITTEN_BYTES, 2 * bytes);
        } catch (IOException | RuntimeException e) {
            if (channel != fresh) {
                fresh.close();
            }
            throw e;
        }
    }

    private static long put(FileChannel to, Iterator<String> lines) throws IOException {
        long bytes = 0;
        StringBuilder text = new StringBuilder();
        while (lines.hasNext()) {
            text.append(lines.next()).append('\n');
            if (text.length() >= BATCH_BYTES || !lines.hasNext()) {
                ByteBuffer batch = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
                while (batch.hasRemaining()) {
                    bytes += to.write(batch);
                }
                text.setLength(0);
            }
        }
        return bytes;
    }

    /** Writes what is queued; waits for a bad disk for three seconds at the most. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            queued.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (writer.join(java.time.Duration.ofNanos(CLOSE_NANOS))) {
                channel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, file + " could not be closed: " + Disk.cause(e));
        }
    }
}
