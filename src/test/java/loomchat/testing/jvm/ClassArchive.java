package loomchat.testing.jvm;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The libraries' classes as a JVM keeps them in memory, for the many servers that tests start: one takes 0.9 s of
 * processor time until it listens instead of 1.4. Made once for a state of the libraries; without it everything works.
 */
public final class ClassArchive {
    private static final Path CLASSES = Path.of("deploy/image/classes.lst");

    private ClassArchive() {}

    /** The same class path with archives before folders: an archive of classes is for the beginning of a path. */
    public static String jarsFirst(String classPath) {
        List<String> folders = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (String each : classPath.split(File.pathSeparator)) {
            (each.endsWith(".jar") ? path : folders).add(each);
        }
        path.addAll(folders);
        return String.join(File.pathSeparator, path);
    }

    /**
     * The option of {@code java} that uses it, none where it cannot be made or is being made by another process.
     *
     * @param options that decide how objects lie in memory, the same for who uses it
     */
    public static List<String> option(String java, List<String> options, String classPath) throws IOException {
        List<String> jars = Stream.of(classPath.split(File.pathSeparator))
                .filter(each -> each.endsWith(".jar"))
                .toList();
        String state = jars.stream()
                .map(each -> each + " " + new File(each).lastModified())
                .collect(Collectors.joining("\n", Runtime.version() + "\n" + options + "\n", ""));
        Path archive = Path.of("target", "classes-" + Integer.toHexString(state.hashCode()) + ".jsa");
        boolean there = Files.exists(archive)
                || Files.exists(CLASSES) && make(archive, java, options, String.join(File.pathSeparator, jars));
        return there ? List.of("-XX:SharedArchiveFile=" + archive.toAbsolutePath()) : List.of();
    }

    private static boolean make(Path archive, String java, List<String> options, String classPath) throws IOException {
        Files.createDirectories(archive.getParent());
        Path lock = archive.resolveSibling(archive.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held == null) {
                return false;
            }
            Path made = archive.resolveSibling(archive.getFileName() + ".new");
            List<String> command = new ArrayList<>(List.of(java, "-Xshare:dump"));
            command.addAll(options);
            command.addAll(
                    List.of("-XX:SharedClassListFile=" + CLASSES, "-XX:SharedArchiveFile=" + made, "-cp", classPath));
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                return false;
            }
            Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
