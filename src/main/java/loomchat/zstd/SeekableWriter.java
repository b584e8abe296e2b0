package loomchat.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/** Compresses one file into another, frame by frame. One thread; blocks on the disk. Memory: a few megabytes. */
public final class SeekableWriter implements Closeable {
    private final ZstdCompressCtx zstd;
    private final byte[] content = new byte[SeekableFormat.MOST_FRAME_BYTES];
    private final byte[] compressed = new byte[(int) Zstd.compressBound(SeekableFormat.MOST_FRAME_BYTES)];
    private final CRC32C checksum = new CRC32C();
    private int[] lengths = new int[512];
    private int frames;
    private boolean framesAreLines = true;

    /** Fails where the library cannot be loaded. */
    public SeekableWriter(int level) throws IOException {
        ZstdLibrary.load();
        zstd = new ZstdCompressCtx();
        zstd.setLevel(level).setChecksum(true);
    }

    /**
     * Writes a compressed copy.
     *
     * @param modifiedMillis when {@code from} was last written
     * @param key its number in the file system
     * @param stop asked before each frame; the copy is given up when it is true
     * @return what the copy tells of the original, or null when it was given up
     */
    public Original write(FileChannel from, FileChannel to, long modifiedMillis, String key, BooleanSupplier stop)
            throws IOException {
        frames = 0;
        framesAreLines = true;
        checksum.reset();
        long size = from.size();
        byte[] first = read(from, 0, Math.min(size, Original.END_BYTES));
        byte[] last = read(from, Math.max(0, size - Original.END_BYTES), Math.min(size, Original.END_BYTES));
        for (long at = 0; at < size; ) {
            if (stop.getAsBoolean()) {
                return null;
            }
            int length = frame(from, at, size);
            int bytes = zstd.compressByteArray(compressed, 0, compressed.length, content, 0, length);
            writeFully(to, ByteBuffer.wrap(compressed, 0, bytes));
            checksum.update(content, 0, length);
            note(bytes, length);
            at += length;
        }
        Original original = new Original(
                size,
                modifiedMillis,
                (int) checksum.getValue(),
                Original.ends(first, first.length, last, last.length),
                framesAreLines,
                key);
        writeFully(to, SeekableFormat.end(original, Arrays.copyOf(lengths, 2 * frames)));
        return original;
    }

    @Override
    public void close() {
        zstd.close();
    }

    /** Reads the content of the next frame, which ends with a line; returns its length. */
    private int frame(FileChannel from, long at, long size) throws IOException {
        int filled = 0;
        for (int wanted = SeekableFormat.FRAME_BYTES; ; wanted = Math.min(2 * wanted, content.length)) {
            filled += read(from, at + filled, content, filled, (int) Math.min(wanted, size - at) - filled);
            int end = filled;
            while (end > 0 && content[end - 1] != '\n') {
                end--;
            }
            if (end > 0) {
                return end;
            }
            if (at + filled == size) {
                return filled;
            }
            if (filled == content.length) {
                framesAreLines = false;
                return filled;
            }
        }
    }

    private void note(int bytes, int length) {
        if (2 * frames == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * lengths.length);
        }
        lengths[2 * frames] = bytes;
        lengths[2 * frames + 1] = length;
        frames++;
    }

    private static byte[] read(FileChannel from, long position, long length) throws IOException {
        byte[] bytes = new byte[(int) length];
        read(from, position, bytes, 0, bytes.length);
        return bytes;
    }

    private static int read(FileChannel from, long position, byte[] bytes, int at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length);
        while (buffer.hasRemaining()) {
            if (from.read(buffer, position + buffer.position() - at) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return length;
    }

    private static void writeFully(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }
}
