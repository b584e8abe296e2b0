package loomchat.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The claim of one process on a log folder: a lock on {@code loomchat.lock}, which holds the owner's process id. The system drops the
 * lock when the process is gone, however it went; the file stays. Taken and released by the thread that opens and closes the log, renewed
 * by the writer.
 *
 * <p>POSIX drops all of a process's locks on a file when it closes any descriptor of it, so nothing else in this process may open the
 * lock file; folders held here are remembered and refused before that.
 */
final class FolderLock implements AutoCloseable {
    static final String NAME = "loomchat.lock";
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path file;
    private FileChannel channel;
    private Object fileKey;

    private FolderLock(Path folder) {
        this.folder = folder;
        file = folder.resolve(NAME);
    }

    /** Claims {@code folder}, which exists. */
    static FolderLock take(Path folder) throws LogUnavailable {
        try {
            FolderLock lock = new FolderLock(folder.toRealPath());
            if (!HELD_HERE.add(lock.folder)) {
                throw heldBy(folder, Long.toString(ProcessHandle.current().pid()));
            }
            try {
                lock.claim();
                return lock;
            } catch (IOException | LogUnavailable e) {
                HELD_HERE.remove(lock.folder);
                throw e;
            }
        } catch (IOException e) {
            throw new LogUnavailable("LOG_DIR=" + folder + " cannot be written: " + Disk.cause(e));
        }
    }

    private void claim() throws IOException, LogUnavailable {
        FileChannel opened =
                OwnFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = opened.tryLock();
            if (lock == null) {
                throw heldBy(folder, owner(opened));
            }
            opened.truncate(0);
            writeOwner(opened);
            fileKey = LogFile.keyOf(file);
        } catch (IOException | LogUnavailable e) {
            opened.close();
            throw e;
        }
        channel = opened;
    }

    /** A full disk may have no room for the number; the lock holds without it. */
    private static void writeOwner(FileChannel opened) {
        String pid = ProcessHandle.current().pid() + "\n";
        try {
            opened.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            System.getLogger(FolderLock.class.getName())
                    .log(System.Logger.Level.WARNING, "No process id in {0}: {1}", NAME, Disk.cause(e));
        }
    }

    private static String owner(FileChannel opened) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(20);
        opened.read(buffer, 0);
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
        return text.matches("\\d+") ? text : "";
    }

    private static LogUnavailable heldBy(Path folder, String pid) {
        return new LogUnavailable("LOG_DIR=" + folder + " is in use by "
                + (pid.isEmpty() ? "another server" : "the server with process id " + pid)
                + ": stop it, or choose another folder");
    }

    /** Claims the folder again when someone removed it, or the lock file, under us. */
    void renew() throws IOException {
        if (fileKey.equals(LogFile.keyAt(file))) {
            return;
        }
        OwnFiles.createFolders(folder);
        FileChannel before = channel;
        try {
            claim();
        } catch (LogUnavailable e) {
            throw new IOException(e.getMessage());
        }
        before.close();
    }

    @Override
    public void close() {
        try {
            channel.truncate(0);
            channel.close();
        } catch (IOException e) {
            System.getLogger(FolderLock.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} was not released: {1}", NAME, Disk.cause(e));
        } finally {
            HELD_HERE.remove(folder);
        }
    }
}
