package loomchat.livelog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import loomchat.report.scan.ByteWords;
import loomchat.report.scan.JsonLine;
import loomchat.report.scan.LogFolder;

/**
 * Follows one log file on disk: the lines that are there, then those that are appended, also when the file is sealed,
 * replaced or cut off. One thread owns it and blocks on the disk. Memory: one buffer of {@link #BUFFER_BYTES}.
 */
final class LogTail implements AutoCloseable {
    /** Takes a whole line, without its newline. */
    interface LineConsumer {
        void accept(byte[] bytes, int from, int to);
    }

    private static final int BUFFER_BYTES = 1 << 20;
    /** A new reader is shown only lines from the last bytes of the file, this many. */
    private static final int HISTORY_BYTES = 256 * 1024;

    private final Path path;
    private final byte[] buffer = new byte[BUFFER_BYTES + ByteWords.SLACK];
    private FileChannel file;
    private Object key;

    // The file's bytes from `offset` on, up to `filled`, are in the buffer and not a whole line yet.
    private long offset;
    private int filled;
    private boolean skipping;

    LogTail(Path path) {
        this.path = path;
    }

    /** Goes to the end of the file; {@link #history} reads the lines before. */
    void open() throws IOException {
        reopen();
        if (file != null) {
            // After the last whole line: a part of a line at the end is read again when it is whole.
            long size = file.size();
            int length = (int) Math.min(size, BUFFER_BYTES);
            int read = LogFolder.read(file, size - length, buffer, 0, length);
            int end = read;
            while (end > 0 && buffer[end - 1] != '\n') {
                end--;
            }
            offset = size - length + end;
        }
    }

    /** Reads the lines that were appended since, at most a buffer full; returns whether there may be more. */
    boolean poll(LineConsumer line) throws IOException {
        if (file == null) {
            reopen();
            if (file == null) {
                return false;
            }
        }
        if (file.size() < offset) {
            // Cut off while the server runs: read from its beginning.
            begin(0);
        }
        if (readMore(line)) {
            return true;
        }
        if (!Objects.equals(key, keyOf(path))) {
            // Sealed or replaced. What was appended before that has been read; a last look, then the new file.
            while (readMore(line)) {}
            reopen();
            return file != null;
        }
        return false;
    }

    /** The last {@code most} lines of the chat log that {@code filter} accepts, oldest first. */
    static List<LogEntry> history(LogFolder folder, LogFilter filter, int most) throws IOException {
        List<LogEntry> found = new ArrayList<>();
        Consumer<LogEntry> add = entry -> {
            if (found.size() < most && filter.accepts(entry)) {
                found.add(entry);
            }
        };
        try (LogFolder.Snapshot snapshot = folder.snapshot(LogFolder.Kind.CHAT)) {
            if (snapshot.active() != null) {
                backwards(snapshot.active(), snapshot.size(), add);
            }
            List<LogFolder.Segment> sealed = snapshot.segments();
            if (found.size() < most && !sealed.isEmpty() && sealed.getLast().linesExist()) {
                try (FileChannel last = LogFolder.open(sealed.getLast().lines())) {
                    backwards(last, last.size(), add);
                }
            }
        }
        Collections.reverse(found);
        return found;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private static void backwards(FileChannel file, long size, Consumer<LogEntry> entries) throws IOException {
        int length = (int) Math.min(size, HISTORY_BYTES);
        byte[] bytes = new byte[length];
        int end = LogFolder.read(file, size - length, bytes, 0, length);
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        JsonLine json = new JsonLine();
        while (end > 0) {
            int start = end - 1;
            while (start > 0 && bytes[start - 1] != '\n') {
                start--;
            }
            if (start > 0 || length == size) {
                entries.accept(LogEntry.of(json, bytes, start, end - 1));
            }
            end = start;
        }
    }

    private boolean readMore(LineConsumer line) throws IOException {
        int read = LogFolder.read(file, offset + filled, buffer, filled, BUFFER_BYTES - filled);
        if (read == 0) {
            return false;
        }
        filled += read;
        int at = 0;
        for (int end = ByteWords.newline(buffer, 0, filled);
                end < filled;
                end = ByteWords.newline(buffer, at, filled)) {
            if (!skipping) {
                line.accept(buffer, at, end);
            }
            skipping = false;
            at = end + 1;
        }
        if (at == 0 && filled == BUFFER_BYTES) {
            // A line that does not fit is not one of the server's.
            skipping = true;
            at = filled;
        }
        System.arraycopy(buffer, at, buffer, 0, filled - at);
        offset += at;
        filled -= at;
        return true;
    }

    private void reopen() throws IOException {
        close();
        begin(0);
        key = keyOf(path);
        try {
            file = LogFolder.open(path);
        } catch (NoSuchFileException e) {
            // Nothing was written yet.
        }
    }

    private void begin(long at) {
        offset = at;
        filled = 0;
        skipping = false;
    }

    private static Object keyOf(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
