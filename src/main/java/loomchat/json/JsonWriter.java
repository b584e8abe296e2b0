package loomchat.json;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/**
 * Writes one JSON document to a stream, through a small buffer. One thread. It sets the commas; names and values come
 * in the caller's order.
 */
public final class JsonWriter {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int size;
    private boolean needsComma;
    private boolean needsNewline;

    public JsonWriter(OutputStream out) {
        this.out = out;
    }

    public JsonWriter object() throws IOException {
        return open('{');
    }

    public JsonWriter object(String name) throws IOException {
        return name(name).open('{');
    }

    public JsonWriter endObject() throws IOException {
        return close('}');
    }

    public JsonWriter array() throws IOException {
        return open('[');
    }

    public JsonWriter array(String name) throws IOException {
        return name(name).open('[');
    }

    public JsonWriter endArray() throws IOException {
        return close(']');
    }

    public JsonWriter name(String name) throws IOException {
        comma();
        string(name);
        put(':');
        needsComma = false;
        return this;
    }

    public JsonWriter value(long value) throws IOException {
        comma();
        ascii(Long.toString(value));
        return this;
    }

    /** Whole numbers without a point; a value that is not a number as null. */
    public JsonWriter value(double value) throws IOException {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return value((long) value);
        }
        comma();
        ascii(Double.isFinite(value) ? Double.toString(value) : "null");
        return this;
    }

    public JsonWriter value(String value) throws IOException {
        comma();
        if (value == null) {
            ascii("null");
        } else {
            string(value);
        }
        return this;
    }

    public JsonWriter value(boolean value) throws IOException {
        comma();
        ascii(Boolean.toString(value));
        return this;
    }

    public JsonWriter member(String name, long value) throws IOException {
        return name(name).value(value);
    }

    public JsonWriter member(String name, double value) throws IOException {
        return name(name).value(value);
    }

    public JsonWriter member(String name, String value) throws IOException {
        return name(name).value(value);
    }

    public JsonWriter member(String name, boolean value) throws IOException {
        return name(name).value(value);
    }

    /** An object of counts by name. */
    public JsonWriter counts(Map<String, Long> counts) throws IOException {
        object();
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            member(each.getKey(), each.getValue());
        }
        return endObject();
    }

    public JsonWriter longs(int count, IntToLongFunction value) throws IOException {
        array();
        for (int i = 0; i < count; i++) {
            value(value.applyAsLong(i));
        }
        return endArray();
    }

    public JsonWriter doubles(int count, IntToDoubleFunction value) throws IOException {
        array();
        for (int i = 0; i < count; i++) {
            value(value.applyAsDouble(i));
        }
        return endArray();
    }

    /** A line break before the next value, if there is one, for people and for tools that read lines. */
    public JsonWriter newline() {
        needsNewline = true;
        return this;
    }

    public void flush() throws IOException {
        out.write(buffer, 0, size);
        size = 0;
        out.flush();
    }

    private JsonWriter open(char bracket) throws IOException {
        comma();
        put(bracket);
        needsComma = false;
        return this;
    }

    private JsonWriter close(char bracket) throws IOException {
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
        for (byte each : JsonText.escape(JsonText.utf8(text))) {
            put(each);
        }
        put('"');
    }

    private void ascii(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            put((byte) text.charAt(i));
        }
    }

    private void put(int each) throws IOException {
        if (size == BUFFER_BYTES) {
            out.write(buffer, 0, size);
            size = 0;
        }
        buffer[size++] = (byte) each;
    }
}
