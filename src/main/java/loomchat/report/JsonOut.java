package loomchat.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/**
 * Writes one JSON document to a stream, through a small buffer. One thread. Commas are put where they belong; names and
 * values come in the caller's order.
 */
final class JsonOut {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int size;
    private boolean needsComma;
    private boolean needsNewline;

    JsonOut(OutputStream out) {
        this.out = out;
    }

    JsonOut object() throws IOException {
        return open('{');
    }

    JsonOut object(String name) throws IOException {
        return name(name).open('{');
    }

    JsonOut endObject() throws IOException {
        return close('}');
    }

    JsonOut array() throws IOException {
        return open('[');
    }

    JsonOut array(String name) throws IOException {
        return name(name).open('[');
    }

    JsonOut endArray() throws IOException {
        return close(']');
    }

    JsonOut name(String name) throws IOException {
        comma();
        string(name);
        put(':');
        needsComma = false;
        return this;
    }

    JsonOut value(long value) throws IOException {
        comma();
        ascii(Long.toString(value));
        return this;
    }

    /** Whole numbers without a point; what is no number as null. */
    JsonOut value(double value) throws IOException {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return value((long) value);
        }
        comma();
        ascii(Double.isFinite(value) ? Double.toString(value) : "null");
        return this;
    }

    JsonOut value(String value) throws IOException {
        comma();
        if (value == null) {
            ascii("null");
        } else {
            string(value);
        }
        return this;
    }

    JsonOut value(boolean value) throws IOException {
        comma();
        ascii(Boolean.toString(value));
        return this;
    }

    JsonOut member(String name, long value) throws IOException {
        return name(name).value(value);
    }

    JsonOut member(String name, double value) throws IOException {
        return name(name).value(value);
    }

    JsonOut member(String name, String value) throws IOException {
        return name(name).value(value);
    }

    JsonOut member(String name, boolean value) throws IOException {
        return name(name).value(value);
    }

    /** An object of counts by name. */
    JsonOut counts(Map<String, Long> counts) throws IOException {
        object();
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            member(each.getKey(), each.getValue());
        }
        return endObject();
    }

    JsonOut longs(int count, IntToLongFunction value) throws IOException {
        array();
        for (int i = 0; i < count; i++) {
            value(value.applyAsLong(i));
        }
        return endArray();
    }

    JsonOut doubles(int count, IntToDoubleFunction value) throws IOException {
        array();
        for (int i = 0; i < count; i++) {
            value(value.applyAsDouble(i));
        }
        return endArray();
    }

    /** A line break before the next value, if there is one, for eyes and for line tools. */
    JsonOut newline() {
        needsNewline = true;
        return this;
    }

    void flush() throws IOException {
        out.write(buffer, 0, size);
        size = 0;
        out.flush();
    }

    private JsonOut open(char bracket) throws IOException {
        comma();
        put(bracket);
        needsComma = false;
        return this;
    }

    private JsonOut close(char bracket) throws IOException {
        put(bracket);
        needsComma = true;
        needsNewline = false;
        return this;
    }

    private void comma() throws IOException {
        if (needsComma) {
            put(',');
        }
        if (needsNewline) {
            put('\n');
        }
        needsComma = true;
        needsNewline = false;
    }

    private void string(String text) throws IOException {
        put('"');
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (each == '"' || each == '\\') {
                put('\\');
                put((char) each);
            } else if (each >= 0 && each < ' ') {
                ascii("\\u00");
                put((char) HEX[each >> 4]);
                put((char) HEX[each & 15]);
            } else {
                put((char) (each & 0xFF));
            }
        }
        put('"');
    }

    private void ascii(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(char each) throws IOException {
        if (size == BUFFER_BYTES) {
            out.write(buffer, 0, size);
            size = 0;
        }
        buffer[size++] = (byte) each;
    }
}
