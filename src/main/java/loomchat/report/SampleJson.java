package loomchat.report;

import java.util.HashMap;
import java.util.Map;

/** Reads sample lines that are not canonical: other keys, other orders, spaces. Owned by one thread. */
final class SampleJson {
    private static final Map<String, Integer> COLUMNS = columns();

    private final Sample sample = new Sample();
    private final JsonLine line = new JsonLine();

    /** False if the bytes are no JSON object with a time. */
    boolean read(byte[] bytes, int from, int to) {
        if (!line.read(bytes, from, to) || line.string("time") == null) {
            return false;
        }
        sample.clear();
        sample.millis = Times.parse(line.string("time"));
        long length = line.whole("millis");
        sample.length = length > 0 ? length : Sample.USUAL_LENGTH_MILLIS;
        line.numbers().forEach(this::set);
        return true;
    }

    /** The sample that was read last. */
    Sample sample() {
        return sample;
    }

    private void set(String name, String number) {
        Integer column = COLUMNS.get(name);
        if (column != null) {
            sample.set(column, Double.parseDouble(number));
        }
    }

    private static Map<String, Integer> columns() {
        Map<String, Integer> columns = new HashMap<>();
        for (SampleColumn each : SampleColumn.values()) {
            columns.put(each.key, each.ordinal());
        }
        return columns;
    }
}
