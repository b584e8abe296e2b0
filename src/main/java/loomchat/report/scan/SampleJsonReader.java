package loomchat.report.scan;

import java.util.HashMap;
import java.util.Map;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;

/** Reads sample lines that are not canonical: other keys, other orders, spaces. Owned by one thread. */
final class SampleJsonReader {
    private static final Map<String, Integer> COLUMNS = columns();

    private final SampleLine sample = new SampleLine();
    private final JsonLine line = new JsonLine();

    /** Returns false if the bytes are not a JSON object with a time. */
    boolean read(byte[] bytes, int from, int to) {
        if (!line.read(bytes, from, to) || line.string("time") == null) {
            return false;
        }
        sample.clear();
        sample.millis = LogTimes.parse(line.string("time"));
        long length = line.wholeNumber("millis");
        sample.length = length > 0 ? length : SampleLine.USUAL_LENGTH_MILLIS;
        line.numbers().forEach(this::set);
        return true;
    }

    /** The sample that was read last. */
    SampleLine sample() {
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
