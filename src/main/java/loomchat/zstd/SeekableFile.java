package loomchat.zstd;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A file that {@link SeekableWriter} wrote, open for reading at any position of its content. Any thread; each has the
 * frame that it read last in memory. Blocks on the disk. The bounds of everything in the file are checked: a damaged
 * one is an {@link IOException}.
 */
public final class SeekableFile implements Closeable {
    /** The frame that a thread read last. */
    private static final class Frame {
        final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
        byte[] compressed = new byte[0];
        byte[] content = new byte[0];
        SeekableFile file;
        int number;
    }

    private static final ThreadLocal<Frame> FRAME = ThreadLocal.withInitial(Frame::new);
    private static final String DAMAGED = "it is damaged";

    private final FileChannel file;
    private final Original original;
    /** Where the frames begin in the file and in the content, and behind the last one where that ends. */
    private final long[] places;

    private final long[] starts;

    private SeekableFile(FileChannel file, Original original, long[] places, long[] starts) {
        this.file = file;
        this.original = original;
        this.places = places;
        this.starts = starts;
    }

    /** Reads the table at the end of an open file, which this owns from then on. */
    public static SeekableFile of(FileChannel file) throws IOException {
        ZstdLibrary.load();
        long size = file.size();
        int frames = size < SeekableFormat.FOOTER_BYTES
                ? -1
                : SeekableFormat.frames(read(file, size - SeekableFormat.FOOTER_BYTES, SeekableFormat.FOOTER_BYTES));
        long tableBytes =
                SeekableFormat.HEAD_BYTES + (long) frames * SeekableFormat.ENTRY_BYTES + SeekableFormat.FOOTER_BYTES;
        long end = size - tableBytes - SeekableFormat.FACTS_BYTES;
        if (frames < 0 || end < 0) {
            throw new IOException("it has no seek table: it is damaged, or was compressed by something else");
        }
        ByteBuffer table = read(file, end, (int) (size - end));
        Original original = SeekableFormat.original(table);
        long[] places = new long[frames + 1];
        long[] starts = new long[frames + 1];
        int at = SeekableFormat.FACTS_BYTES + SeekableFormat.HEAD_BYTES;
        for (int i = 0; i < frames; i++, at += SeekableFormat.ENTRY_BYTES) {
            int length = table.getInt(at + 4);
            if (table.getInt(at) <= 0
                    || table.getInt(at) > 2 * SeekableFormat.MOST_FRAME_BYTES
                    || length <= 0
                    || length > SeekableFormat.MOST_FRAME_BYTES) {
                throw new IOException(DAMAGED);
            }
            places[i + 1] = places[i] + table.getInt(at);
            starts[i + 1] = starts[i] + length;
        }
        if (original == null || places[frames] != end || starts[frames] != original.bytes()) {
            throw new IOException(DAMAGED);
        }
        return new SeekableFile(file, original, places, starts);
    }

    public Original original() {
        return original;
    }

    /** Where the frames begin in the content. */
    public long[] frames() {
        return Arrays.copyOf(starts, starts.length - 1);
    }

    /** Reads content from {@code position} on: at least one byte; returns how many, or -1 at the end. */
    public int read(ByteBuffer into, long position) throws IOException {
        if (position >= original.bytes()) {
            return -1;
        }
        int found = Arrays.binarySearch(starts, position);
        int number = found >= 0 ? found : -found - 2;
        Frame frame = frame(number);
        int from = (int) (position - starts[number]);
        int length = (int) Math.min(into.remaining(), starts[number + 1] - position);
        into.put(frame.content, from, length);
        return length;
    }

    /** Reads all of it; fails unless it is what the original was. */
    public void verify() throws IOException {
        CRC32C checksum = new CRC32C();
        for (int i = 0; i + 1 < starts.length; i++) {
            checksum.update(frame(i).content, 0, (int) (starts[i + 1] - starts[i]));
        }
        if ((int) checksum.getValue() != original.checksum()) {
            throw new IOException("what was compressed is not what was written");
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private Frame frame(int number) throws IOException {
        Frame frame = FRAME.get();
        if (frame.file == this && frame.number == number) {
            return frame;
        }
        frame.file = null;
        int compressed = (int) (places[number + 1] - places[number]);
        int length = (int) (starts[number + 1] - starts[number]);
        frame.compressed = frame.compressed.length < compressed ? new byte[compressed] : frame.compressed;
        frame.content = frame.content.length < length ? new byte[length] : frame.content;
        read(file, places[number], ByteBuffer.wrap(frame.compressed, 0, compressed));
        try {
            int got = frame.zstd.decompressByteArray(
                    frame.content, 0, frame.content.length, frame.compressed, 0, compressed);
            if (got != length) {
                throw new IOException(DAMAGED);
            }
        } catch (ZstdException e) {
            throw new IOException(DAMAGED + ": " + e.getMessage(), e);
        }
        frame.file = this;
        frame.number = number;
        return frame;
    }

    private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = SeekableFormat.little(ByteBuffer.allocate(length));
        read(file, position, bytes);
        return bytes;
    }

    private static void read(FileChannel file, long position, ByteBuffer into) throws IOException {
        int from = into.position();
        while (into.hasRemaining()) {
            if (file.read(into, position + into.position() - from) < 0) {
                throw new IOException(DAMAGED);
            }
        }
    }
}
