package loomchat.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of log files. The active ones are {@code chat-logs.jsonl} and {@code bandwidth.jsonl}; a sealed one has the UTC time of its
 * last line in its name, so that names sort by time.
 */
final class Segments {
    static final String EVENTS = "chat-logs";
    static final String SAMPLES = "bandwidth";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern SEALED = Pattern.compile("(chat-logs|bandwidth)-(\\d{8}T\\d{9}Z)\\.jsonl");

    private Segments() {}

    static String stamp(long millis) {
        return STAMP.format(Instant.ofEpochMilli(millis));
    }

    static Path active(Path folder, String kind) {
        return folder.resolve(kind + ".jsonl");
    }

    /** A name for a file whose last line is of {@code millis} that sorts after every sealed file of its kind. */
    static Path sealedName(Path folder, String kind, long millis) throws IOException {
        Path newest = newest(folder, kind);
        Path name = sealed(folder, kind, millis);
        if (newest != null
                && name.getFileName().toString().compareTo(newest.getFileName().toString()) <= 0) {
            Matcher match = SEALED.matcher(newest.getFileName().toString());
            match.matches();
            name = sealed(
                    folder, kind, STAMP.parse(match.group(2), Instant::from).toEpochMilli() + 1);
        }
        return name;
    }

    private static Path sealed(Path folder, String kind, long millis) {
        return folder.resolve(kind + "-" + stamp(millis) + ".jsonl");
    }

    /** The newest sealed file of {@code kind}, or null. */
    static Path newest(Path folder, String kind) throws IOException {
        List<Path> ofKind = oldestFirst(folder).stream()
                .filter(each -> each.getFileName().toString().startsWith(kind + "-"))
                .toList();
        return ofKind.isEmpty() ? null : ofKind.getLast();
    }

    /** All sealed files of both kinds, by time. */
    static List<Path> oldestFirst(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each ->
                            SEALED.matcher(each.getFileName().toString()).matches())
                    .sorted(Comparator.comparing(Segments::timeInName))
                    .toList();
        }
    }

    private static String timeInName(Path sealed) {
        Matcher match = SEALED.matcher(sealed.getFileName().toString());
        return match.matches() ? match.group(2) : "";
    }

    static Path rollup(Path sealed) {
        String name = sealed.getFileName().toString();
        return sealed.resolveSibling(name.substring(0, name.length() - ".jsonl".length()) + ".rollup.json");
    }
}
