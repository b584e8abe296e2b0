package loomchat.log.files;

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
 * The claim of one process on a log folder: a lock on {@code loomchat.lock}, which holds the owner's process id. The
 * system drops the lock when the process ends, however it ends; the file stays. The thread that opens and closes the
 * log takes and releases the lock, the writer renews it.
 *
 * <p>POSIX drops all locks of a process on a file when the process closes any descriptor of it. So nothing else in
 * this process may open the lock file; folders that this process holds are refused before that.
 */
public final class FolderLock implements AutoCloseable {
    public static final String NAME = "loomchat.lock";
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path file;
    private FileChannel channel;
    private Object fileKey;

    private FolderLock(Path folder) {
        this.folder = folder;
        file = folder.resolve(NAME);
    }

    /** Another server has the folder. */
    public static final class InUse extends IOException {
        private InUse(Path folder, String pid) {
            super("LOG_DIR=" + folder + " is in use by "
                    + (pid.isEmpty() ? "another server" : "the server with process id " + pid)
                    + ": stop it, or choose another folder");
        }
    }

    /** Claims {@code folder}, which exists. */
    public static FolderLock take(Path folder) throws IOException {
        FolderLock lock = new FolderLock(folder.toRealPath());
        if (!HELD_HERE.add(lock.folder)) {
            throw new InUse(folder, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            lock.claim();
            return lock;
        } catch (IOException e) {
            HELD_HERE.remove(lock.folder);
            throw e;
        }
    }

    /** Whether this process has claimed {@code folder}. Any thread; it opens nothing. */
    public static boolean isHeldHere(Path folder) {
        try {
            return !HELD_HERE.isEmpty() && HELD_HERE.contains(folder.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    private void claim() throws IOException {
        FileChannel opened =
                OwnerOnlyFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = opened.tryLock();
            if (lock == null) {
                throw new InUse(folder, owner(opened));
            }
            opened.truncate(0);
            writeOwner(opened);
            fileKey = ActiveFile.keyOf(file);
        } catch (IOException e) {
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

    /** Claims the folder again after another process removed it or the lock file. */
    void renew() throws IOException {
        if (fileKey.equals(ActiveFile.keyAt(file))) {
            return;
        }
        OwnerOnlyFiles.createFolders(folder);
        FileChannel before = channel;
        claim();
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
