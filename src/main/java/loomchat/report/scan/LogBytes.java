package loomchat.report.scan;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.stream.LongStream;
import loomchat.zstd.Original;
import loomchat.zstd.SeekableFile;

/**
 * The bytes of a log file as they were written, however the file keeps them. Any thread; each scanning thread has a
 * reader of its own. Blocks on the disk.
 */
public interface LogBytes extends Closeable {
    /** Reads at any position; one thread at a time. */
    @FunctionalInterface
    interface Reader {
        /** Reads at least one byte; returns how many, or -1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;
    }

    /** The number of bytes. */
    long size() throws IOException;

    /** Where the parts begin that one thread reads at a time, in the order of the file, up to {@code size}. */
    long[] parts(long size);

    /** Whether each part begins with a line, so that no thread looks into the part of another. */
    boolean partsAreLines();

    Reader reader();

    /** When the lines were last written. */
    long modifiedMillis() throws IOException;

    /** A checksum of the first and of the last bytes, which tells the file from others: {@link Original#ends}. */
    int ends() throws IOException;

    /** A file that is kept as it is and was written at {@code modifiedMillis}. */
    static LogBytes of(FileChannel file, long modifiedMillis) {
        return new Plain(file, modifiedMillis);
    }

    /** A file that is kept as it is, and may be written just now. */
    static LogBytes of(FileChannel file) {
        return of(file, 0);
    }

    /** A compressed file. */
    static LogBytes of(SeekableFile file) {
        return new Compressed(file);
    }

    /** Reads up to {@code length} bytes from {@code position} on into {@code bytes}; returns their number. */
    default int read(long position, byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        Reader reader = reader();
        while (buffer.hasRemaining() && reader.read(buffer, position + buffer.position()) > 0) {}
        return buffer.position();
    }

    /** Kept as it is: parts are of equal length. */
    record Plain(FileChannel file, long modifiedMillis) implements LogBytes {
        private static final int PART_BYTES = 1 << 20;

        @Override
        public int ends() throws IOException {
            byte[] first = new byte[Original.END_BYTES];
            byte[] last = new byte[Original.END_BYTES];
            int length = read(0, first, first.length);
            return Original.ends(first, length, last, read(Math.max(0, size() - last.length), last, last.length));
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public long[] parts(long size) {
            return LongStream.range(0, (size + PART_BYTES - 1) / PART_BYTES)
                    .map(part -> part * PART_BYTES)
                    .toArray();
        }

        @Override
        public boolean partsAreLines() {
            return false;
        }

        @Override
        public Reader reader() {
            return file::read;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Compressed: a part is a frame. */
    record Compressed(SeekableFile file) implements LogBytes {
        @Override
        public long size() {
            return file.original().bytes();
        }

        @Override
        public long modifiedMillis() {
            return file.original().modifiedMillis();
        }

        @Override
        public int ends() {
            return file.original().ends();
        }

        @Override
        public long[] parts(long size) {
            return file.frames();
        }

        @Override
        public boolean partsAreLines() {
            return file.original().framesAreLines();
        }

        @Override
        public Reader reader() {
            return file::read;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
