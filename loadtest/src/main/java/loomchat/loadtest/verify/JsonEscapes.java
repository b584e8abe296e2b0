package loomchat.loadtest.verify;

/**
 * Unescapes the inside of a JSON string in UTF-8 (RFC 8259, section 7), without objects: once a
 * message.
 */
final class JsonEscapes {
    private JsonEscapes() {}

    /**
     * Unescapes {@code from[start, end)} into {@code to}, which is as long. Returns the length, or -1 when an
     * escape is malformed.
     */
    static int unescape(byte[] from, int start, int end, byte[] to) {
        int length = 0;
        for (int i = start; i < end; i++) {
            byte b = from[i];
            if (b != '\\') {
                to[length++] = b;
            } else if (++i < end && from[i] != 'u') {
                int plain = "\"\\/bfnrt".indexOf(from[i]);
                if (plain < 0) {
                    return -1;
                }
                to[length++] = (byte) "\"\\/\b\f\n\r\t".charAt(plain);
            } else {
                int unit = hex(from, i + 1, end);
                i += 4;
                int low = unit >= 0xd800 && unit < 0xdc00 && i + 2 < end && from[i + 1] == '\\' && from[i + 2] == 'u'
                        ? hex(from, i + 3, end)
                        : -1;
                boolean pair = low >= 0xdc00 && low < 0xe000;
                if (unit < 0 || !pair && unit >= 0xd800 && unit < 0xe000) {
                    return -1;
                }
                i += pair ? 6 : 0;
                length = utf8(pair ? 0x10000 + (unit - 0xd800 << 10) + low - 0xdc00 : unit, to, length);
            }
        }
        return length;
    }

    private static int hex(byte[] from, int at, int end) {
        if (at + 4 > end) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(from[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int utf8(int point, byte[] to, int at) {
        if (point < 0x80) {
            to[at++] = (byte) point;
        } else if (point < 0x800) {
            to[at++] = (byte) (0xc0 | point >> 6);
            to[at++] = (byte) (0x80 | point & 63);
        } else if (point < 0x10000) {
            to[at++] = (byte) (0xe0 | point >> 12);
            to[at++] = (byte) (0x80 | point >> 6 & 63);
            to[at++] = (byte) (0x80 | point & 63);
        } else {
            to[at++] = (byte) (0xf0 | point >> 18);
            to[at++] = (byte) (0x80 | point >> 12 & 63);
            to[at++] = (byte) (0x80 | point >> 6 & 63);
            to[at++] = (byte) (0x80 | point & 63);
        }
        return at;
    }
}
