package loomchat.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loomchat.log.files.Disk;
import loomchat.log.files.FolderLock;
import loomchat.log.files.LogFileNames;
import loomchat.log.files.OwnerOnlyFiles;

/**
 * The command {@code reset}: archives the logs of a stopped server, so that the next one starts clean. Nothing is
 * deleted: every log file, rollup and side file goes to {@code archive-<time>} inside the log folder.
 */
public final class LogArchiver {
    private static final Pattern OURS = Pattern.compile("(chat-logs|bandwidth)[.-].+");

    private LogArchiver() {}

    /**
     * Archives the files in {@code folder} and holds the claim on it meanwhile, so that no server can start in it.
     *
     * @return one line that tells the result
     * @throws LogUnavailable when a server owns the folder, or a file cannot be moved
     */
    public static String archive(Path folder) throws LogUnavailable {
        if (!Files.isDirectory(folder)) {
            return "Nothing to archive: there is no folder " + folder;
        }
        try (FolderLock claimed = EventLog.claim(folder)) {
            List<Path> files = files(folder);
            if (files.isEmpty()) {
                return "Nothing to archive in " + folder;
            }
            Path archive = newFolder(folder);
            for (Path each : files) {
                Files.move(each, archive.resolve(each.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
            Disk.syncFolder(archive);
            Disk.syncFolder(folder);
            return "Archived " + files.size() + (files.size() == 1 ? " file" : " files") + " in " + archive;
        } catch (IOException e) {
            throw new LogUnavailable("LOG_DIR=" + folder + " cannot be archived: " + Disk.cause(e));
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            each -> OURS.matcher(each.getFileName().toString()).matches())
                    .filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private static Path newFolder(Path folder) throws IOException {
        for (long millis = System.currentTimeMillis(); ; millis++) {
            Path archive = folder.resolve("archive-" + LogFileNames.stamp(millis));
            if (!Files.exists(archive)) {
                return OwnerOnlyFiles.createFolder(archive);
            }
        }
    }
}
