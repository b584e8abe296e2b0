package loomchat.cluster.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what {@link WireWriter} wrote. Whatever is not of that form is refused by {@link Damaged}. */
public final class WireReader {
    private static final int MOST_TEXTS = 64;

    private final byte[] bytes;
    private final int end;
    private int at;

    /** These bytes are not what a server of this version writes. */
    public static final class Damaged extends RuntimeException {
        Damaged() {
            super("Damaged", null, false, false);
        }
    }

    public WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private WireReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    public boolean hasMore() {
        return at < end;
    }

    public long number() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                throw new Damaged();
            }
            byte one = bytes[at++];
            value |= (one & 0x7FL) << shift;
            if (one >= 0) {
                return value;
            }
        }
        throw new Damaged();
    }

    public int small() {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new Damaged();
        }
        return (int) value;
    }

    public boolean flag() {
        return number() == 1;
    }

    public byte[] bytes() {
        int from = skip();
        return Arrays.copyOfRange(bytes, from, at);
    }

    public String text() {
        int from = skip();
        return new String(bytes, from, at - from, StandardCharsets.UTF_8);
    }

    /** An empty text is null. */
    public String textOrNull() {
        String text = text();
        return text.isEmpty() ? null : text;
    }

    public List<String> texts() {
        int count = small();
        if (count > MOST_TEXTS) {
            throw new Damaged();
        }
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        return List.copyOf(texts);
    }

    /** The next piece, as a reader of its own. */
    public WireReader piece() {
        int from = skip();
        return new WireReader(bytes, from, at);
    }

    public ItemType type() {
        int ordinal = small();
        if (ordinal >= ItemType.ALL.size()) {
            throw new Damaged();
        }
        return ItemType.ALL.get(ordinal);
    }

    private int skip() {
        int length = small();
        if (length > end - at) {
            throw new Damaged();
        }
        at += length;
        return at - length;
    }
}
