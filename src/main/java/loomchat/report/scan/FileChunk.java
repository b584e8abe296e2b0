package loomchat.report.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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

    // The buffer holds the file's bytes from `offset` on, up to `limit`; at the end of the file `atEnd` is true.
    private FileChannel file;
    private long fileSize;
    private long offset;
    private int limit;
    private boolean atEnd;

    /**
     * Reads the lines that begin from {@code start} on and before {@code end}; bytes from {@code size} on are not
     * read.
     *
     * @param tornCounts whether an unfinished line at the end is damaged; false if it is still being written
     * @return the checksum of the chunk's bytes
     */
    int read(FileChannel channel, long start, long end, long size, boolean tornCounts, LineReader<?> reader)
            throws IOException {
        file = channel;
        fileSize = size;
        offset = Math.max(0, start - 1);
        limit = 0;
        atEnd = false;
        int lead = (int) (start - offset);
        int length = (int) (end - offset);
        fill(length + READ_AHEAD);
        int stop = Math.min(length, limit);
        checksum.reset();
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
        return (int) checksum.getValue();
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
        int most = (int) Math.min(Math.min(wanted, bytes.length - ByteWords.SLACK), fileSize - offset);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (limit < most) {
            int read = file.read(buffer.clear().position(limit).limit(most), offset + limit);
            if (read < 0) {
                atEnd = true;
                return;
            }
            limit += read;
        }
        atEnd = offset + limit >= fileSize;
    }
}
