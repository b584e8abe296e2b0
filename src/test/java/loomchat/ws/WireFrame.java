package loomchat.ws;

import java.io.ByteArrayOutputStream;

/**
 * A frame as a test writes it, right or wrong in every part, encoded by the letter of RFC 6455, 5.2 without any of the
 * code under test.
 *
 * @param lengthOctets 0, 2 or 8 octets of extended length
 * @param key the mask key, or null for an unmasked frame
 */
record WireFrame(int first, int lengthOctets, Integer key, byte[] payload) {
    static WireFrame of(int first, Integer key, byte[] payload) {
        return new WireFrame(first, payload.length < 126 ? 0 : payload.length < 65536 ? 2 : 8, key, payload);
    }

    int opcode() {
        return first & 0x0f;
    }

    boolean fin() {
        return (first & 0x80) != 0;
    }

    byte[] encoded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        int maskBit = key == null ? 0 : 0x80;
        out.write(maskBit | (lengthOctets == 0 ? payload.length : lengthOctets == 2 ? 126 : 127));
        for (int i = lengthOctets - 1; i >= 0; i--) {
            out.write(i >= 4 ? 0 : payload.length >> 8 * i);
        }
        byte[] octets = new byte[4];
        if (key != null) {
            for (int i = 0; i < 4; i++) {
                octets[i] = (byte) (key >> 24 - 8 * i);
            }
            out.writeBytes(octets);
        }
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ octets[i % 4]);
        }
        return out.toByteArray();
    }

    static byte[] encoded(Iterable<WireFrame> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frames.forEach(each -> out.writeBytes(each.encoded()));
        return out.toByteArray();
    }
}
