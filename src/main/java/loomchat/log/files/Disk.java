package loomchat.log.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where active files are opened: the real disk, or one that fails when a test says so. */
@FunctionalInterface
public interface Disk {
    /** Every write goes to the end of the file, wherever that is by then. */
    Disk REAL = file -> OwnerOnlyFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);

    FileChannel openForAppend(Path file) throws IOException;

    /** Size of the file system, and its free space for this process, in bytes. */
    record Space(long total, long usable) {}

    /**
     * The space of the file system that holds {@code folder}. A {@code FileStore} would look for its mount point,
     * which a container may hide.
     */
    default Space space(Path folder) throws IOException {
        Space space = new Space(folder.toFile().getTotalSpace(), folder.toFile().getUsableSpace());
        if (space.total == 0) {
            throw new IOException("the system does not tell how large the disk is");
        }
        return space;
    }

    /** Makes names in {@code folder} (files created, renamed, removed) survive a power cut. */
    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The system's message for a failure, without the file name. */
    static String cause(IOException e) {
        return switch (e) {
            case NoSuchFileException gone -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
