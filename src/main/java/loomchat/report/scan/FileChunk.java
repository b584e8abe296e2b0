package loomchat.report.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads one chunk of a file, which is the lines that begin in it. One scanning thread owns it and may block on the
 * disk. Memory: one buffer of {@link #BYTES} + {@link #LONGEST_LINE}, reused for each chunk.
 */
final class FileChunk {
    static final int BYTES = 1 << 18;
    /** A longer line is skipped. */
    static final int LONGEST_LINE = 1 << 20;
    /** Mostly enough to hold the end of the last line that begins in the chunk. */
    private static final int READ_AHEAD = 4096;

    private final byte[] bytes = new byte[1 + BYTES + LONGEST_LINE + READ_AHEAD + ByteWords.SLACK];
    private final CRC32C checksum = new CRC32C();

    // The buffer holds the file's bytes from `offset` on, up to `limit`; at the end of what may be read `atEnd` is
    // true.
    private LogBytes.Reader file;
    private long readableTo;
    private long offset;
    private int limit;
    private boolean atEnd;

    /** Where a chunk is in its file, and what may be read of the bytes around it. A line begins at {@code least}. */
    record Place(long start, long end, long least, long most) {}

    /** Begins another checksum. */
    void resetChecksum() {
        checksum.reset();
    }

    /** The checksum of all chunks since {@link #resetChecksum()}. */
    int checksum() {
        return (int) checksum.getValue();
    }

    /**
     * Reads the lines that begin in {@code place}.
     *
     * @param tornCounts whether an unfinished line at the end is damaged; false if it is still being written
     */
    void read(LogBytes.Reader source, Place place, boolean tornCounts, LineReader<?> reader) throws IOException {
        file = source;
        readableTo = place.most;
        offset = Math.max(place.least, place.start - 1);
        limit = 0;
        atEnd = false;
        int lead = (int) (place.start - offset);
        int length = (int) (place.end - offset);
        fill(length + READ_AHEAD);
        int stop = Math.min(length, limit);
        checksum.update(bytes, Math.min(lead, stop), Math.max(0, stop - lead));
        int at = lead == 0 ? 0 : ByteWords.newline(bytes, 0, stop) + 1;
        while (at < stop) {
            int next = reader.readCanonical(bytes, at, limit);
            if (next >= 0) {
                reader.totals.addLine();
                at = next;
            } else {
                at = readAnyLine(at, tornCounts, reader);
            }
        }
    }

    private int readAnyLine(int at, boolean tornCounts, LineReader<?> reader) throws IOException {
        int newline = ByteWords.newline(bytes, at, limit);
        while (newline == limit && !atEnd && limit - at <= LONGEST_LINE) {
            int searched = limit;
            fill(Math.min(bytes.length - ByteWords.SLACK, Math.max(2 * (limit - at), READ_AHEAD) + limit));
            newline = ByteWords.newline(bytes, searched, limit);
        }
        boolean ends = newline < limit;
        if (newline - at > LONGEST_LINE) {
            reader.totals.skipLine();
        } else if (reader.readJson(bytes, at, newline)) {
            reader.totals.addLine();
        } else if (ends) {
            reader.totals.skipLine();
        } else if (tornCounts) {
            reader.totals.addTornTail();
        }
        return newline + 1;
    }

    /** Reads on until the buffer holds {@code wanted} bytes or the file ends. */
    private void fill(int wanted) throws IOException {
        int most = (int) Math.min(Math.min(wanted, bytes.length - ByteWords.SLACK), readableTo - offset);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (limit < most) {
            int read = file.read(buffer.clear().position(limit).limit(most), offset + limit);
            if (read < 0) {
                atEnd = true;
                return;
            }
            limit += read;
        }
        atEnd = offset + limit >= readableTo;
    }
}
