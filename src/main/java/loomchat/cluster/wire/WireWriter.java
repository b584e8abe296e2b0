package loomchat.cluster.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes numbers, texts and bytes one after the other. A number takes as many bytes as it needs. */
public final class WireWriter {
    private byte[] bytes;
    private int size;

    public WireWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** An item of this kind. */
    public static WireWriter of(ItemType type) {
        return new WireWriter(48).number(type.ordinal());
    }

    public WireWriter number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    public WireWriter flag(boolean value) {
        return number(value ? 1 : 0);
    }

    public WireWriter bytes(byte[] value) {
        number(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /** Null is as good as empty. */
    public WireWriter text(String value) {
        return bytes(value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8));
    }

    public WireWriter texts(List<String> values) {
        number(values.size());
        values.forEach(this::text);
        return this;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    public int size() {
        return size;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
