package loomchat.report.rollup;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonStructure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loomchat.report.scan.ByteWords;
import loomchat.report.series.Histogram;

/**
 * Reads back what {@link RollupWriter} wrote: members by name, one on each line. Its bytes have been checked against
 * their checksum, so that arrays of numbers can be read without a JSON parser. One thread.
 */
final class RollupReader {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /** Where a value begins and ends. */
    private record Range(int from, int to) {}

    private final byte[] bytes;
    private final Map<String, Range> members = new HashMap<>();
    private final int end;

    /** {@code to} is behind the last member; lines end with a comma and a newline. */
    RollupReader(byte[] bytes, int from, int to) throws IOException {
        this(bytes, from, to, Integer.MAX_VALUE);
    }

    /** Reads no more than the first {@code most} members. */
    RollupReader(byte[] bytes, int from, int to, int most) throws IOException {
        this.bytes = bytes;
        int at = from;
        while (at < to && members.size() < most) {
            int end = ByteWords.newline(bytes, at, to);
            int nameEnd = at + 1;
            while (nameEnd < end && bytes[nameEnd] != '"') {
                nameEnd++;
            }
            int value = nameEnd + 2;
            if (value >= end) {
                throw new IOException("a line without a member");
            }
            String name = new String(bytes, at + 1, nameEnd - at - 1, StandardCharsets.UTF_8);
            members.put(name, new Range(value, bytes[end - 1] == ',' ? end - 1 : end));
            at = end + 1;
        }
        this.end = at;
    }

    /** Behind the last line that was read. */
    int end() {
        return end;
    }

    /** What follows {@code prefix} in the names of members. */
    List<String> namesAfter(String prefix) {
        return members.keySet().stream()
                .filter(each -> each.startsWith(prefix))
                .map(each -> each.substring(prefix.length()))
                .toList();
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    JsonStructure json(String name) throws IOException {
        Range range = range(name);
        try (JsonReader reader =
                READERS.createReader(new ByteArrayInputStream(bytes, range.from, range.to - range.from))) {
            return reader.read();
        } catch (RuntimeException e) {
            throw new IOException("member " + name + " is damaged", e);
        }
    }

    long[] longs(String name) throws IOException {
        Range range = range(name);
        long[] values = new long[count(range)];
        for (int i = 0, at = range.from + 1; i < values.length; i++) {
            int end = numberEnd(at, range.to - 1);
            values[i] = wholeNumber(at, end);
            at = end + 1;
        }
        return values;
    }

    double[] doubles(String name) throws IOException {
        Range range = range(name);
        double[] values = new double[count(range)];
        for (int i = 0, at = range.from + 1; i < values.length; i++) {
            int end = numberEnd(at, range.to - 1);
            values[i] = number(at, end);
            at = end + 1;
        }
        return values;
    }

    void histogram(String name, Histogram into) throws IOException {
        long[] values = longs(name);
        if (values.length > 3) {
            into.restore(values[0], values[1], values[2]);
            for (int i = 3; i + 1 < values.length; i += 2) {
                into.restore((int) values[i], values[i + 1]);
            }
        }
    }

    /** How many numbers an array has. */
    private int count(Range range) {
        int count = range.to - range.from > 2 ? 1 : 0;
        for (int at = range.from; at < range.to; at++) {
            count += bytes[at] == ',' ? 1 : 0;
        }
        return count;
    }

    private int numberEnd(int from, int to) {
        int end = from;
        while (end < to && bytes[end] != ',') {
            end++;
        }
        return end;
    }

    private long wholeNumber(int from, int to) throws IOException {
        boolean negative = bytes[from] == '-';
        long number = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new IOException("a number is damaged");
            }
            number = number * 10 + digit;
        }
        return negative ? -number : number;
    }

    private double number(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '.' || bytes[i] == 'E') {
                return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
            }
        }
        return wholeNumber(from, to);
    }

    private Range range(String name) throws IOException {
        Range range = members.get(name);
        if (range == null) {
            throw new IOException("member " + name + " is missing");
        }
        return range;
    }
}
