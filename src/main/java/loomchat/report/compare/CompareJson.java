package loomchat.report.compare;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loomchat.json.JsonWriter;
import loomchat.report.history.Report;

/** A comparison as JSON; docs/report.md describes it. No state. */
public final class CompareJson {
    private CompareJson() {}

    public static byte[] of(ComparedRange a, Report reportA, ComparedRange b, Report reportB) {
        Comparison comparison = Comparison.of(a, reportA, b, reportB);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
        JsonWriter json = new JsonWriter(bytes);
        try {
            json.object();
            side(json, "a", comparison.a());
            side(json, "b", comparison.b());
            json.array("setUp");
            for (SetUp.Difference each : comparison.setUp()) {
                json.object()
                        .member("what", each.what())
                        .member("a", each.first())
                        .member("b", each.second())
                        .endObject();
            }
            json.endArray().member("paired", comparison.paired()).member("invalid", comparison.invalid());
            values(json, "measured", comparison.measured());
            values(json, "faults", comparison.faults());
            values(json, "singles", comparison.singles());
            json.endObject().flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never of memory
        }
    }

    private static void side(JsonWriter json, String name, Comparison.Side side) throws IOException {
        ComparedRange range = side.range();
        LoadTest test = range.test();
        json.object(name)
                .member("id", test == null ? null : test.id())
                .member("from", Instant.ofEpochMilli(range.from()).toString())
                .member("to", Instant.ofEpochMilli(range.to()).toString())
                .member("measuredSeconds", range.seconds())
                .member("result", test == null || !test.hasEnded() ? null : test.result())
                .member("valid", test == null || test.isValid())
                .array("servers");
        for (Report.Node each : side.report().nodes()) {
            json.value(each.name());
        }
        json.endArray().object("setUp");
        for (Map.Entry<String, String> each : SetUp.of(range, side.report()).entrySet()) {
            json.member(each.getKey(), each.getValue());
        }
        json.endObject().endObject();
    }

    private static void values(JsonWriter json, String name, List<ComparedValue> values) throws IOException {
        json.array(name);
        for (ComparedValue each : values) {
            json.object()
                    .member("name", each.key())
                    .member("unit", each.unit().name().toLowerCase(Locale.ROOT))
                    .member("a", each.difference().first())
                    .member("b", each.difference().second())
                    .member("difference", each.difference().difference())
                    .member("margin", each.difference().margin())
                    .member("verdict", each.verdict().word)
                    .member("sentence", each.sentence())
                    .endObject();
        }
        json.endArray();
    }
}
