package loomchat.log.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Creates and opens files that only their owner can read. A link, a pipe or a folder under the name of such a file
 * is refused. A file that exists keeps its mode. Any thread; blocks on the disk.
 */
public final class OwnerOnlyFiles {
    private static final boolean HAS_MODES =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private OwnerOnlyFiles() {}

    /** Opens a regular file, or creates one where {@code options} say so. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        requireRegular(file);
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(file, all, mode("rw-------"));
    }

    /** Fails for anything but a regular file: opening a pipe would wait for its other end. */
    static void requireRegular(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            String what = Files.isSymbolicLink(file) ? "a symbolic link" : "not a regular file";
            throw new IOException(file.getFileName() + " is " + what);
        }
    }

    public static Path create(Path file) throws IOException {
        return Files.createFile(file, mode("rw-------"));
    }

    public static void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, mode("rwx------"));
    }

    public static Path createFolder(Path folder) throws IOException {
        return Files.createDirectory(folder, mode("rwx------"));
    }

    /** Gives {@code copy} the mode of {@code file}, which it will replace. */
    public static void copyMode(Path file, Path copy) throws IOException {
        if (HAS_MODES) {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            Files.setPosixFilePermissions(copy, mode);
        }
    }

    private static FileAttribute<?>[] mode(String mode) {
        return HAS_MODES
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
