package loomchat.livelog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import loomchat.report.scan.ByteWords;
import loomchat.report.scan.LogBytes;
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

    /** The newest entries that a filter accepts, up to the lines that were polled last, oldest first. */
    LogExcerpt history(LogFolder folder, LogFilter filter) throws IOException {
        LogHistory history = new LogHistory(filter);
        LogBytes own = file == null ? null : LogBytes.of(file);
        if (own != null) {
            history.read(own, offset);
        }
        try (LogFolder.Snapshot snapshot = folder.snapshot(LogFolder.Kind.CHAT)) {
            readSealed(snapshot, history, own);
        }
        return history.excerpt();
    }

    /** The newest entries that a filter accepts, oldest first. */
    static LogExcerpt newest(LogFolder folder, LogFilter filter) throws IOException {
        LogHistory history = new LogHistory(filter);
        try (LogFolder.Snapshot snapshot = folder.snapshot(LogFolder.Kind.CHAT)) {
            if (snapshot.active() != null) {
                history.read(LogBytes.of(snapshot.active()), snapshot.size());
            }
            readSealed(snapshot, history, null);
        }
        return history.excerpt();
    }

    /**
     * Reads sealed segments, the newest first, compressed or not, until it is enough.
     *
     * @param read a file that was read already, and may be a segment meanwhile; null for none
     */
    private static void readSealed(LogFolder.Snapshot snapshot, LogHistory history, LogBytes read) throws IOException {
        for (LogFolder.Segment each : snapshot.segments().reversed()) {
            if (history.isEnough()) {
                history.stopEarly();
                return;
            }
            if (!each.linesExist()) {
                history.endWithGoneLines();
                return;
            }
            try (LogBytes sealed = LogFolder.openLines(each.lines())) {
                if (read == null || read.size() != sealed.size() || read.ends() != sealed.ends()) {
                    history.read(sealed, sealed.size());
                }
            } catch (NoSuchFileException e) {
                // Archived or deleted meanwhile.
                history.endWithGoneLines();
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
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
