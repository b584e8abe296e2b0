package loomchat.report.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import loomchat.log.files.FolderLock;
import loomchat.zstd.Original;
import loomchat.zstd.SeekableFile;

/** The log files of one folder. Any thread; it never writes. */
public record LogFolder(Path folder) {
    public static final String ROLLUP = ".rollup.json";
    private static final String LINES = ".jsonl";
    /** At the end of the name of compressed lines. */
    private static final String COMPRESSED = ".zst";

    private static final String NOT_REGULAR = "it is no regular file";

    /** The two logs, by the names of their files. */
    public enum Kind {
        CHAT("chat-logs"),
        SAMPLES("bandwidth");

        public final String stem;

        Kind(String stem) {
            this.stem = stem;
        }

        public String activeName() {
            return stem + LINES;
        }
    }

    /**
     * A sealed segment, of which only the rollup may be left.
     *
     * @param lines the name of its lines when they are not compressed
     */
    public record Segment(Path lines, boolean linesExist) implements Comparable<Segment> {
        public Path rollup() {
            return rollupOf(lines);
        }

        public String name() {
            return lines.getFileName().toString();
        }

        @Override
        public int compareTo(Segment other) {
            return name().compareTo(other.name());
        }
    }

    /**
     * The files of one log at one moment. {@code active} is open, or null if there is none; {@code size} is its size
     * then. Nothing is left of what was recorded until {@code goneUntil}.
     */
    public record Snapshot(
            Kind kind, List<Segment> segments, FileChannel active, long size, long goneUntil, List<String> problems)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (active != null) {
                active.close();
            }
        }
    }

    /**
     * Whether a process that may be a server says that it has claimed the folder, on this machine: it may have nothing
     * to write to, such as a full disk.
     */
    public boolean isClaimed() {
        return owner().flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive)
                .flatMap(each -> each.info().command())
                .filter(each -> each.contains("java"))
                .isPresent();
    }

    /** Whether the process that has claimed the folder is gone, or on another machine or in a container. */
    public boolean isForsaken() {
        return owner().filter(each ->
                        ProcessHandle.of(each).filter(ProcessHandle::isAlive).isEmpty())
                .isPresent();
    }

    /** This process would lose its own lock by closing the file: it opens no lock of its own. */
    private Optional<Long> owner() {
        if (FolderLock.isHeldHere(folder)) {
            return Optional.of(ProcessHandle.current().pid());
        }
        try {
            String owner = Files.readString(folder.resolve(FolderLock.NAME)).strip();
            return owner.matches("\\d{1,18}") ? Optional.of(Long.parseLong(owner)) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    public static Path rollupOf(Path segment) {
        String name = segment.getFileName().toString();
        return segment.resolveSibling(name.substring(0, name.length() - LINES.length()) + ROLLUP);
    }

    public Path active(Kind kind) {
        return folder.resolve(kind.activeName());
    }

    /**
     * Opens the active file before it lists the others. If that file is sealed meanwhile, its sealed name is left
     * out.
     */
    public Snapshot snapshot(Kind kind) {
        List<String> problems = new ArrayList<>();
        ActiveFile active = ActiveFile.NONE;
        try {
            active = ActiveFile.open(active(kind));
        } catch (NoSuchFileException e) {
            // Nothing was written yet.
        } catch (IOException e) {
            problems.add(kind.activeName() + " cannot be read: " + reason(e));
        }
        Object key = active.key();
        List<Segment> segments = new ArrayList<>(sealed(kind, problems));
        segments.removeIf(each ->
                key != null && each.linesExist && is(each.lines, attributes -> key.equals(attributes.fileKey())));
        if (key != null && !segments.isEmpty() && isCompressed(segments.getLast(), key, active.file())) {
            segments.removeLast();
        }
        return new Snapshot(
                kind, segments, active.file(), active.size(), GoneMarks.newest(folder, kind.stem), problems);
    }

    /** Whether the file that is open under {@code key} was sealed and compressed since, to this segment. */
    private static boolean isCompressed(Segment newest, Object key, FileChannel channel) {
        if (Files.exists(newest.lines, LinkOption.NOFOLLOW_LINKS)
                || !Files.exists(compressed(newest.lines), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel file = open(compressed(newest.lines))) {
            Original original = SeekableFile.of(file).original();
            // Systems give numbers of files again: the last word have the bytes.
            return original.key().equals(key.toString())
                    && original.ends() == LogBytes.of(channel).ends();
        } catch (IOException e) {
            return false;
        }
    }

    /** Sealed segments and rollups without their segment, in the order of their names, which is the order of time. */
    private TreeSet<Segment> sealed(Kind kind, List<String> problems) {
        TreeSet<Segment> found = new TreeSet<>(Comparator.naturalOrder());
        TreeSet<Segment> rollupsOnly = new TreeSet<>();
        for (String name : names(kind, problems)) {
            Path file = folder.resolve(name);
            boolean isRollup = name.endsWith(ROLLUP);
            if (!isRollup && !name.endsWith(LINES) && !name.endsWith(LINES + COMPRESSED)) {
                continue;
            }
            if (isSomethingElse(file)) {
                problems.add(name + " cannot be read: " + NOT_REGULAR);
            } else if (isRollup) {
                String stem = name.substring(0, name.length() - ROLLUP.length());
                rollupsOnly.add(new Segment(file.resolveSibling(stem + LINES), false));
            } else if (is(file, each -> each.size() == 0)) {
                // Somebody emptied it: what its rollup knows still counts.
                problems.add(name + " is empty: its lines are lost");
            } else {
                found.add(new Segment(linesOf(file), true));
            }
        }
        found.addAll(rollupsOnly);
        return found;
    }

    /**
     * The names that begin with that of the log. The folder is listed twice: a listing may miss a file that becomes
     * another meanwhile under both its names, and then the new one is there for the next listing.
     */
    private TreeSet<String> names(Kind kind, List<String> problems) {
        TreeSet<String> names = new TreeSet<>();
        try {
            for (int i = 0; i < 2; i++) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, kind.stem + "-*")) {
                    files.forEach(each -> names.add(each.getFileName().toString()));
                }
            }
        } catch (NoSuchFileException e) {
            // No folder, no files.
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            problems.add("the log folder cannot be listed: " + reason(e));
        }
        return names;
    }

    /**
     * Opens a file to read it, unless it is a link, which may lead anywhere, or a pipe or a device, which may never
     * answer: a name says nothing about the file.
     */
    public static FileChannel open(Path file) throws IOException {
        if (isSomethingElse(file)) {
            throw new IOException(NOT_REGULAR);
        }
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Opens the lines of a sealed segment, whether they are compressed or not. The compressed file is complete before
     * the other one is removed.
     */
    public static LogBytes openLines(Path lines) throws IOException {
        try {
            long modifiedMillis = attributes(lines).lastModifiedTime().toMillis();
            return LogBytes.of(open(lines), modifiedMillis);
        } catch (NoSuchFileException e) {
            FileChannel compressed = open(compressed(lines));
            try {
                return LogBytes.of(SeekableFile.of(compressed));
            } catch (IOException unreadable) {
                compressed.close();
                throw unreadable;
            }
        }
    }

    private static Path compressed(Path lines) {
        return lines.resolveSibling(lines.getFileName() + COMPRESSED);
    }

    /** The file of a segment under the name that it has when it is not compressed. */
    public static Path linesOf(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(LINES + COMPRESSED)
                ? file.resolveSibling(name.substring(0, name.length() - COMPRESSED.length()))
                : file;
    }

    /**
     * Reads up to {@code length} bytes from {@code position} on into {@code bytes} at {@code at}; returns their
     * number.
     */
    public static int read(FileChannel file, long position, byte[] bytes, int at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length);
        while (buffer.hasRemaining() && file.read(buffer, position + buffer.position() - at) > 0) {}
        return buffer.position() - at;
    }

    /** A file that is gone by now was a regular one, removed to make room. */
    private static boolean isSomethingElse(Path file) {
        return is(file, each -> !each.isRegularFile());
    }

    private static boolean is(Path file, Predicate<BasicFileAttributes> what) {
        try {
            return what.test(attributes(file));
        } catch (IOException e) {
            return false;
        }
    }

    /** The message of an exception of the file system, without the folder's path. */
    public static String reason(Exception e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof java.nio.file.FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    static Object keyOf(Path file) throws IOException {
        return attributes(file).fileKey();
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
