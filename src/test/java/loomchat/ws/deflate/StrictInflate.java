package loomchat.ws.deflate;

import java.io.ByteArrayOutputStream;

/**
 * DEFLATE (RFC 1951) read by the letter, for a window of a given size: it remembers no more than that, and fails where
 * a distance reaches further back, or before the beginning. Written from the RFC, with nothing of the program or of
 * zlib. One thread.
 */
final class StrictInflate {
    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] LENGTH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] DISTANCE_BASE = {
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577
    };
    private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    /** The data is no DEFLATE, or needs a larger window. */
    static final class Invalid extends RuntimeException {
        Invalid(String message) {
            super(message);
        }
    }

    private final byte[] window;
    /** All that ever came out: where the next octet goes, and how far back one may look. */
    private long written;

    private int furthest;

    private byte[] in;
    private int at;
    private int bit;
    private ByteArrayOutputStream out;

    StrictInflate(int windowBits) {
        window = new byte[1 << windowBits];
    }

    /** The longest distance that was used. */
    int furthest() {
        return furthest;
    }

    /** What came before is forgotten. */
    void reset() {
        written = 0;
    }

    /** Inflates whole blocks that end with the input, as a flush leaves them. */
    byte[] inflate(byte[] deflated) {
        in = deflated;
        at = 0;
        bit = 0;
        out = new ByteArrayOutputStream();
        while (at < in.length) {
            block();
        }
        return out.toByteArray();
    }

    private void block() {
        boolean last = bits(1) == 1;
        int type = bits(2);
        switch (type) {
            case 0 -> stored();
            case 1 -> compressed(new Code(fixedLengths()), new Code(filled(30, 5)));
            case 2 -> dynamic();
            default -> throw new Invalid("block type 3");
        }
        if (last && at < in.length) {
            throw new Invalid("data behind the last block");
        }
    }

    private void stored() {
        if (bit > 0) {
            bit = 0;
            at++;
        }
        int length = bits(16);
        if ((bits(16) ^ 0xffff) != length) {
            throw new Invalid("stored length");
        }
        for (int i = 0; i < length; i++) {
            put((byte) bits(8));
        }
    }

    private void dynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int codes = bits(4) + 4;
        int[] lengths = new int[19];
        for (int i = 0; i < codes; i++) {
            lengths[ORDER[i]] = bits(3);
        }
        Code code = new Code(lengths);
        int[] all = new int[literals + distances];
        for (int i = 0; i < all.length; ) {
            int symbol = code.next();
            if (symbol < 16) {
                all[i++] = symbol;
                continue;
            }
            int value = symbol == 16 ? all[i - 1] : 0;
            int times = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            while (times-- > 0) {
                all[i++] = value;
            }
        }
        compressed(
                new Code(java.util.Arrays.copyOf(all, literals)),
                new Code(java.util.Arrays.copyOfRange(all, literals, all.length)));
    }

    private void compressed(Code literals, Code distances) {
        for (int symbol = literals.next(); symbol != 256; symbol = literals.next()) {
            if (symbol < 256) {
                put((byte) symbol);
                continue;
            }
            int length = LENGTH_BASE[symbol - 257] + bits(LENGTH_BITS[symbol - 257]);
            int slot = distances.next();
            copy(DISTANCE_BASE[slot] + bits(slot < 2 ? 0 : slot / 2 - 1), length);
        }
    }

    private void copy(int distance, int length) {
        if (distance > window.length || distance > written) {
            throw new Invalid(
                    "a distance of " + distance + " after " + written + " octets in a window of " + window.length);
        }
        furthest = Math.max(furthest, distance);
        for (int i = 0; i < length; i++) {
            put(window[(int) ((written - distance) % window.length)]);
        }
    }

    private void put(byte octet) {
        window[(int) (written++ % window.length)] = octet;
        out.write(octet);
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            if (at == in.length) {
                throw new Invalid("the data ends in the middle of a block");
            }
            value |= (in[at] >> bit & 1) << i;
            bit = bit + 1 & 7;
            at += bit == 0 ? 1 : 0;
        }
        return value;
    }

    private static int[] fixedLengths() {
        int[] lengths = filled(288, 8);
        java.util.Arrays.fill(lengths, 144, 256, 9);
        java.util.Arrays.fill(lengths, 256, 280, 7);
        return lengths;
    }

    private static int[] filled(int size, int value) {
        int[] filled = new int[size];
        java.util.Arrays.fill(filled, value);
        return filled;
    }

    /** A canonical Huffman code (RFC 1951, 3.2.2). */
    private final class Code {
        private final int[] counts = new int[16];
        private final int[] symbols;

        Code(int[] lengths) {
            for (int each : lengths) {
                counts[each]++;
            }
            counts[0] = 0;
            int[] from = new int[16];
            for (int i = 1; i < 16; i++) {
                from[i] = from[i - 1] + counts[i - 1];
            }
            symbols = new int[lengths.length];
            for (int i = 0; i < lengths.length; i++) {
                if (lengths[i] > 0) {
                    symbols[from[lengths[i]]++] = i;
                }
            }
        }

        int next() {
            int code = 0;
            int first = 0;
            int index = 0;
            for (int length = 1; length < 16; length++) {
                code |= bits(1);
                if (code - first < counts[length]) {
                    return symbols[index + code - first];
                }
                index += counts[length];
                first = first + counts[length] << 1;
                code <<= 1;
            }
            throw new Invalid("no such code");
        }
    }
}
