package loomchat.zstd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What follows the content of a file: a skippable frame of ours with what is known of the original, and the seek table.
 * All numbers are little-endian.
 */
final class SeekableFormat {
    /** The content of a frame: the end of the last line in so many bytes. */
    static final int FRAME_BYTES = 1 << 20;
    /** The longest content of a frame, where lines are longer than usual. */
    static final int MOST_FRAME_BYTES = 4 << 20;

    static final int FOOTER_BYTES = 9;
    static final int ENTRY_BYTES = 8;
    static final int HEAD_BYTES = 8;
    static final int FACTS_BYTES = 256;

    private static final int FACTS_MAGIC = 0x184D2A50;
    private static final int TABLE_MAGIC = 0x184D2A5E;
    private static final int SEEKABLE_MAGIC = 0x8F92EAB1;
    private static final int VERSION = 1;
    private static final int MOST_KEY_BYTES = 200;

    private SeekableFormat() {}

    /** Both frames; {@code lengths} are, frame by frame, those of the compressed bytes and of the content. */
    static ByteBuffer end(Original original, int[] lengths) {
        int table = 4 * lengths.length + FOOTER_BYTES;
        ByteBuffer bytes = little(ByteBuffer.allocate(FACTS_BYTES + HEAD_BYTES + table));
        byte[] key = original.key().getBytes(StandardCharsets.UTF_8);
        int keyBytes = Math.min(key.length, MOST_KEY_BYTES);
        bytes.putInt(FACTS_MAGIC)
                .putInt(FACTS_BYTES - HEAD_BYTES)
                .putInt(VERSION)
                .put((byte) (original.framesAreLines() ? 1 : 0))
                .putLong(original.bytes())
                .putLong(original.modifiedMillis())
                .putInt(original.checksum())
                .putInt(original.ends())
                .put((byte) keyBytes)
                .put(key, 0, keyBytes);
        bytes.position(FACTS_BYTES).putInt(TABLE_MAGIC).putInt(table);
        for (int each : lengths) {
            bytes.putInt(each);
        }
        bytes.putInt(lengths.length / 2).put((byte) 0).putInt(SEEKABLE_MAGIC);
        return bytes.flip();
    }

    /** The number of frames that the footer tells, or -1 if it is none. */
    static int frames(ByteBuffer footer) {
        int count = footer.getInt(0);
        return footer.get(4) == 0 && footer.getInt(5) == SEEKABLE_MAGIC ? count : -1;
    }

    /** What {@link #end} wrote of the original, or null. */
    static Original original(ByteBuffer end) {
        if (end.getInt(0) != FACTS_MAGIC
                || end.getInt(4) != FACTS_BYTES - HEAD_BYTES
                || end.getInt(8) != VERSION
                || end.getInt(FACTS_BYTES) != TABLE_MAGIC) {
            return null;
        }
        byte[] key = new byte[Math.min(MOST_KEY_BYTES, end.get(37) & 0xFF)];
        end.get(38, key);
        return new Original(
                end.getLong(13),
                end.getLong(21),
                end.getInt(29),
                end.getInt(33),
                end.get(12) == 1,
                new String(key, StandardCharsets.UTF_8));
    }

    static ByteBuffer little(ByteBuffer bytes) {
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }
}
