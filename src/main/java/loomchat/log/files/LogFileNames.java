package loomchat.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of log files. The active ones are {@code chat-logs.jsonl} and {@code bandwidth.jsonl}; a sealed file (a
 * segment) has the UTC time of its last line in its name, so that names sort by time.
 */
public final class LogFileNames {
    public static final String EVENTS = "chat-logs";
    public static final String SAMPLES = "bandwidth";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern SEALED = Pattern.compile("(chat-logs|bandwidth)-(\\d{8}T\\d{9}Z)\\.jsonl(\\.zst)?");
    private static final Pattern UNFINISHED =
            Pattern.compile("(chat-logs|bandwidth)-\\d{8}T\\d{9}Z\\.jsonl\\.zst\\.tmp");
    private static final String LINES = ".jsonl";
    private static final String COMPRESSED = ".zst";

    private static final Pattern ROLLUP = Pattern.compile("(chat-logs|bandwidth)-\\d{8}T\\d{9}Z\\.rollup\\.json");
    private static final Pattern TORN = Pattern.compile("(chat-logs|bandwidth).*\\.torn-\\d{8}T\\d{9}Z\\.bin");
    /** An empty file: until this time, what was recorded is gone, with its sums. */
    private static final Pattern GONE = Pattern.compile("(chat-logs|bandwidth)\\.gone-\\d{8}T\\d{9}Z");

    private static final Pattern STAMP_IN_NAME = Pattern.compile("\\d{8}T\\d{9}Z");

    private static final Pattern TIME = Pattern.compile("\\{\"time\":\"([-0-9T:.]+Z)\"");

    private LogFileNames() {}

    public static String stamp(long millis) {
        return STAMP.format(Instant.ofEpochMilli(millis));
    }

    public static Path active(Path folder, String kind) {
        return folder.resolve(kind + ".jsonl");
    }

    /**
     * A name for a file whose last line is of {@code millis} that sorts after every sealed file of its kind, and
     * after the rollups of those that are gone.
     */
    static Path sealedName(Path folder, String kind, long millis) throws IOException {
        String newest = newestStamp(folder, kind);
        if (stamp(millis).compareTo(newest) <= 0) {
            millis = STAMP.parse(newest, Instant::from).toEpochMilli() + 1;
        }
        return folder.resolve(kind + "-" + stamp(millis) + ".jsonl");
    }

    private static String newestStamp(Path folder, String kind) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(each -> each.startsWith(kind + "-"))
                    .filter(each -> SEALED.matcher(each).matches()
                            || ROLLUP.matcher(each).matches())
                    .map(each -> each.substring(kind.length() + 1, each.indexOf('.')))
                    .max(Comparator.naturalOrder())
                    .orElse("");
        }
    }

    /**
     * When the last line of {@code file} was written: the time in the line, or the file's own time of change where the
     * line has none in our form (an older server wrote local time).
     */
    static long lastTime(Path file) throws IOException {
        try (FileChannel log = OwnerOnlyFiles.open(file, StandardOpenOption.READ)) {
            ByteBuffer start = ByteBuffer.allocate(40);
            log.read(start, TornTailRepair.afterLastNewline(log, Math.max(0, log.size() - 1)));
            Matcher match = TIME.matcher(new String(start.array(), StandardCharsets.ISO_8859_1));
            if (match.lookingAt()) {
                return Instant.parse(match.group(1)).toEpochMilli();
            }
        } catch (DateTimeParseException e) {
            // No time after all.
        }
        return Files.getLastModifiedTime(file).toMillis();
    }

    /** The newest sealed files of {@code kind}, at most {@code most}. */
    public static List<Path> newestFirst(Path folder, String kind, int most) throws IOException {
        return oldestFirst(folder).reversed().stream()
                .filter(each -> each.getFileName().toString().startsWith(kind + "-"))
                .limit(most)
                .toList();
    }

    /** All sealed files of both kinds, by time. */
    public static List<Path> oldestFirst(Path folder) throws IOException {
        return oldestFirst(folder, SEALED);
    }

    /** Rollups of both kinds, by time, also those whose segments were removed. */
    public static List<Path> oldestRollupsFirst(Path folder) throws IOException {
        return oldestFirst(folder, ROLLUP);
    }

    /** Side files with damaged lines, by time. */
    public static List<Path> oldestTornFirst(Path folder) throws IOException {
        return oldestFirst(folder, TORN);
    }

    /** Regular files only: a link or a pipe under such a name is not ours. */
    private static List<Path> oldestFirst(Path folder, Pattern name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            each -> name.matcher(each.getFileName().toString()).matches())
                    .filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparing(LogFileNames::timeInName))
                    .toList();
        }
    }

    private static String timeInName(Path file) {
        Matcher match = STAMP_IN_NAME.matcher(file.getFileName().toString());
        String stamp = "";
        while (match.find()) {
            stamp = match.group();
        }
        return stamp;
    }

    /** Copies of sealed files that were not finished when the process ended. */
    public static List<Path> unfinishedCopies(Path folder) throws IOException {
        return oldestFirst(folder, UNFINISHED);
    }

    public static boolean isCompressed(Path sealed) {
        return sealed.getFileName().toString().endsWith(LINES + COMPRESSED);
    }

    /** The name that {@code sealed} has when it is compressed. */
    public static Path compressed(Path sealed) {
        return sealed.resolveSibling(sealed.getFileName() + COMPRESSED);
    }

    /** The name that its compressed copy has until it is finished. */
    public static Path unfinishedCopy(Path sealed) {
        return sealed.resolveSibling(sealed.getFileName() + COMPRESSED + ".tmp");
    }

    /** Whether the segment that {@code rollup} was made from is there, compressed or not. */
    public static boolean hasSegment(Path rollup) {
        String name = rollup.getFileName().toString();
        Path lines = rollup.resolveSibling(name.substring(0, name.length() - ".rollup.json".length()) + LINES);
        return Files.exists(lines) || Files.exists(compressed(lines));
    }

    /** Marks that nothing is left of {@code lost}, a segment or a rollup, and of what was before it. */
    public static void markGone(Path lost) throws IOException {
        Path folder = lost.getParent();
        String name = lost.getFileName().toString();
        String kind = name.substring(0, name.indexOf('-', name.startsWith(EVENTS) ? EVENTS.length() : 0));
        Path mark = folder.resolve(kind + ".gone-" + timeInName(lost));
        List<Path> before = oldestFirst(folder, GONE).stream()
                .filter(each -> each.getFileName().toString().startsWith(kind + "."))
                .toList();
        if (!before.isEmpty() && before.getLast().compareTo(mark) >= 0) {
            return;
        }
        OwnerOnlyFiles.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        for (Path each : before) {
            Files.deleteIfExists(each);
        }
    }

    public static Path rollup(Path sealed) {
        String name = sealed.getFileName().toString();
        return sealed.resolveSibling(name.substring(0, name.lastIndexOf(LINES)) + ".rollup.json");
    }
}
