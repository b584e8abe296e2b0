package loomchat.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.BiConsumer;

/**
 * One of the two files that are being written: appends whole lines, notices when another process changed the file, and
 * seals it. Used by the log writer only, except for {@link #channel()} and {@link #written()}, which the sync thread
 * reads. May block on the disk. Any method that throws can be called again and then goes on where it stopped.
 */
final class ActiveFile {
    static final String TRUNCATED = "truncated";
    static final String APPENDED_TO = "appended to by another process";
    static final String DELETED = "deleted";
    static final String REPLACED = "replaced by another file";
    static final String MOVED = "moved away";

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private final Path folder;
    private final String kind;
    private final Path file;
    private final Disk disk;
    private final LogSync sync;
    private final BiConsumer<String, String> onReplaced;

    private volatile FileChannel channel;
    private volatile long written;
    private Object fileKey;
    private long size;
    private boolean nameIsSafe;

    /** @param onReplaced gets the file's name and what happened to it */
    ActiveFile(Path folder, String kind, Disk disk, LogSync sync, BiConsumer<String, String> onReplaced) {
        this.folder = folder;
        this.kind = kind;
        this.file = LogFileNames.active(folder, kind);
        this.disk = disk;
        this.sync = sync;
        this.onReplaced = onReplaced;
    }

    /** The open file, or null. */
    FileChannel channel() {
        return channel;
    }

    /** All bytes ever appended, whichever file they went to. */
    long written() {
        return written;
    }

    /** Size of the file as far as we know. */
    long size() {
        return size;
    }

    void open() throws IOException {
        if (channel != null) {
            return;
        }
        FileChannel opened = disk.openForAppend(file);
        try {
            fileKey = keyOf(file);
            size = opened.size();
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        channel = opened;
        nameIsSafe = false;
    }

    /** Appends what remains of {@code lines}, which begins at a line's start or where an earlier call stopped. */
    void append(ByteBuffer lines) throws IOException {
        if (!lines.hasRemaining()) {
            return;
        }
        open();
        checkSize(lines);
        while (lines.hasRemaining()) {
            int bytes = channel.write(lines);
            size += bytes;
            written = written + bytes;
        }
    }

    /** After another process truncated the file or appended to it: completes its last line and restarts ours. */
    private void checkSize(ByteBuffer lines) throws IOException {
        if (channel.size() == size) {
            return;
        }
        String what = channel.size() < size ? TRUNCATED : APPENDED_TO;
        TornTailRepair.cutUnfinishedLine(file);
        toLineStart(lines);
        size = channel.size();
        onReplaced.accept(file.getFileName().toString(), what);
    }

    private static void toLineStart(ByteBuffer lines) {
        while (lines.position() > 0 && lines.get(lines.position() - 1) != '\n') {
            lines.position(lines.position() - 1);
        }
    }

    /**
     * Lets go of a file that was moved or deleted, so that the next append begins a new one; repairs a changed one.
     */
    void checkPlace(ByteBuffer lines) throws IOException {
        if (channel == null) {
            return;
        }
        Object found = keyAt(file);
        if (fileKey.equals(found)) {
            checkSize(lines);
            return;
        }
        String what = fate(found != null);
        sync.retire(channel);
        channel = null;
        toLineStart(lines);
        if (found != null) {
            TornTailRepair.cutUnfinishedLine(file);
        }
        onReplaced.accept(file.getFileName().toString(), what);
    }

    /** What happened to our file, as the system shows its open descriptor: with its new name, or as deleted. */
    private String fate(boolean another) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(OPEN_FILES)) {
            for (Path each : open) {
                if (fileKey.equals(keyIfAny(each))) {
                    boolean deleted = Files.readSymbolicLink(each).toString().endsWith(" (deleted)");
                    return !deleted ? MOVED : another ? REPLACED : DELETED;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // No /proc on this system: the file is gone from its place all the same.
        }
        return another ? REPLACED : DELETED;
    }

    private static Object keyIfAny(Path file) {
        try {
            return keyOf(file);
        } catch (IOException e) {
            return null;
        }
    }

    /** Identifies the file itself, whatever its name. */
    static Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Renames the file after the time of its last line (0 when this run wrote none to it), and begins a new one. */
    void seal(long lastLineMillis) throws IOException {
        if (channel != null) {
            Path sealed = LogFileNames.sealedName(
                    folder, kind, lastLineMillis > 0 ? lastLineMillis : LogFileNames.lastTime(file));
            sync.reserve();
            Files.move(file, sealed, StandardCopyOption.ATOMIC_MOVE);
            sync.seal(channel, sealed);
            channel = null;
        }
        open();
    }

    /** As {@link #keyOf}, null when there is no file. */
    static Object keyAt(Path file) throws IOException {
        try {
            return keyOf(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Forces the lines to the device, and after an open the file's name too. */
    void force() throws IOException {
        if (channel == null) {
            return;
        }
        channel.force(false);
        if (!nameIsSafe) {
            Disk.syncFolder(folder);
            nameIsSafe = true;
        }
    }

    void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Every line was written and forced, or counted as unwritten, before.
            }
            channel = null;
        }
    }
}
