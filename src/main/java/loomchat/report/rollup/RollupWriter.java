package loomchat.report.rollup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import loomchat.json.JsonWriter;
import loomchat.report.series.Histogram;

/** Writes a part of a rollup file: one member of the JSON object on each line. One thread. */
final class RollupWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Writes the value of a member. */
    interface Value {
        void write(JsonWriter json) throws IOException;
    }

    void member(String name, Value value) throws IOException {
        if (bytes.size() > 0) {
            bytes.write(',');
            bytes.write('\n');
        }
        JsonWriter json = new JsonWriter(bytes).name(name);
        value.write(json);
        json.flush();
    }

    void longs(String name, long... values) throws IOException {
        longs(name, values.length, i -> values[i]);
    }

    void longs(String name, int count, IntToLongFunction value) throws IOException {
        member(name, json -> json.longs(count, value));
    }

    void doubles(String name, int count, IntToDoubleFunction value) throws IOException {
        member(name, json -> json.doubles(count, value));
    }

    void histogram(String name, Histogram histogram) throws IOException {
        member(name, json -> {
            json.array().value((long) histogram.sum()).value(histogram.min()).value(histogram.max());
            for (int bucket = 0; bucket < Histogram.BUCKETS; bucket++) {
                if (histogram.countOf(bucket) > 0) {
                    json.value(bucket).value(histogram.countOf(bucket));
                }
            }
            json.endArray();
        });
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
