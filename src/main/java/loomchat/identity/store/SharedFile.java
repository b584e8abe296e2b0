package loomchat.identity.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.log.files.Disk;
import loomchat.log.files.OwnerOnlyFiles;

/**
 * A small file that several processes read and change, with mode 0600. Who changes it holds the lock on a file beside
 * it, {@code <name>.lock}; readers need none, because a change is an append or a new file under the same name. Any
 * thread; blocks on the disk, and for at most {@link #PATIENCE_NANOS} on somebody else's change.
 *
 * <p>The system drops all locks of a process on a file when the process closes any descriptor of it. So the lock is on
 * a file that nothing else opens, and {@link #HERE} keeps the threads of one process apart.
 */
public final class SharedFile {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final ReentrantLock HERE = new ReentrantLock();

    private final Path file;
    private final Path lockFile;

    /** What is done under the lock. */
    public interface Change {
        void make() throws IOException;
    }

    /**
     * Which file it is, how long, and when it was changed. Of a file that was replaced, another one may get the key.
     *
     * @param key null when there is none
     */
    public record State(Object key, long size, FileTime changed) {}

    public SharedFile(Path file) {
        this.file = file;
        lockFile = file.resolveSibling(file.getFileName() + ".lock");
    }

    public Path path() {
        return file;
    }

    public State state() throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(found.fileKey(), found.size(), found.lastModifiedTime());
        } catch (NoSuchFileException e) {
            return new State(null, 0, null);
        }
    }

    /** At most {@code most} bytes from {@code at} on; none behind the end. */
    public byte[] read(long at, int most) throws IOException {
        try (FileChannel channel = OwnerOnlyFiles.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.clamp(channel.size() - at, 0, most));
            while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {
                // Until all of them are there.
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** Makes a change while no other thread or process makes one. Creates the folder. */
    public void change(Change change) throws IOException {
        OwnerOnlyFiles.createFolders(file.toAbsolutePath().getParent());
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        if (!enterHere()) {
            throw inUse();
        }
        try (FileChannel channel = OwnerOnlyFiles.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel, deadline)) {
            change.make();
        } finally {
            HERE.unlock();
        }
    }

    private static boolean enterHere() {
        try {
            return HERE.tryLock(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private FileLock lock(FileChannel channel, long deadline) throws IOException {
        for (FileLock lock = channel.tryLock(); ; lock = channel.tryLock()) {
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline > 0) {
                throw inUse();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private IOException inUse() {
        return new IOException("another process holds " + lockFile.getFileName());
    }

    /**
     * Appends whole lines, or nothing; on the device when it returns. Under the lock. Behind a line that somebody left
     * without an end it begins a new one.
     */
    public void append(byte[] lines) throws IOException {
        try (FileChannel channel = OwnerOnlyFiles.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            try {
                long at = size;
                if (size > 0 && !endsLine(channel, size)) {
                    at += write(channel, at, new byte[] {'\n'});
                }
                write(channel, at, lines);
                channel.force(false);
            } catch (IOException e) {
                channel.truncate(size);
                throw e;
            }
        }
    }

    private static boolean endsLine(FileChannel channel, long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.read(last, size - 1) == 1 && last.get(0) == '\n';
    }

    private static int write(FileChannel channel, long at, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest, at + rest.position());
        }
        return bytes.length;
    }

    /** Puts a new file in its place, or changes nothing. Under the lock. */
    public void replace(byte[] content) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file;
        Path copy = target.resolveSibling(target.getFileName() + ".new");
        try {
            try (FileChannel channel = OwnerOnlyFiles.open(
                    copy, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                write(channel, 0, content);
                channel.force(true);
            }
            Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Disk.syncFolder(target.toAbsolutePath().getParent());
        } catch (IOException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
    }
}
