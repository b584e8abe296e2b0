package loomchat.report.scan;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import loomchat.report.series.LogTimes;

/** The empty files by whose names retention tells until when nothing is left of a log, not even its sums. */
final class GoneMarks {
    private static final String MARK = ".gone-";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    private GoneMarks() {}

    /** {@link LogTimes#UNKNOWN} while nothing is gone. */
    static long newest(Path folder, String stem) {
        long newest = LogTimes.UNKNOWN;
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(folder, stem + MARK + "*")) {
            for (Path each : marks) {
                newest = Math.max(newest, time(each.getFileName().toString().substring((stem + MARK).length())));
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The listing of the logs themselves, in the same folder, tells of it.
        }
        return newest;
    }

    private static long time(String stamp) {
        try {
            return STAMP.parse(stamp, Instant::from).toEpochMilli();
        } catch (DateTimeParseException e) {
            return LogTimes.UNKNOWN;
        }
    }
}
