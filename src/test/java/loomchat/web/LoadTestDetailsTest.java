package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTestDetailsTest {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private static JsonObject json(String text) {
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    @Test
    void whatIsKnownIsWrittenAnewAndTheRestLeftOut() throws Exception {
        String start = "{\"seed\": 7,\"target\":\"ws://é \\\"x\\\"\",\"durationMillis\":60000,\"ratePerSecond\":100,"
                + "\"messageBytes\":\"64..300\",\"protocol\":\"plain\",\"personas\":\"chatty 9, bulk 1\",\"secret\":\"x\"}";
        assertThat(LoadTestDetails.ofStart(json(start)))
                .isEqualTo(",\"target\":\"ws://é \\\"x\\\"\",\"seed\":7,\"durationMillis\":60000,\"ratePerSecond\":100,"
                        + "\"messageBytes\":\"64..300\",\"protocol\":\"plain\",\"personas\":\"chatty 9, bulk 1\"");
        String end = "{\"verdict\":\"PASSED\",\"seconds\":2.5,\"valid\":false,"
                + "\"thresholds\":[{\"threshold\":\"p99 < 50ms\",\"value\":\"12 ms\",\"met\":true,\"more\":1}],"
                + "\"counts\":{\"lost\":0},\"latencies\":{\"intended\":{\"count\":3,\"p99.9\":1.25}},"
                + "\"timeline\":{\"p50\":[1,2.5],\"p99\":[]},\"generator\":{\"lateness\":{\"p99\":7.5}}}";
        assertThat(LoadTestDetails.ofEnd(json(end)))
                .isEqualTo("," + end.substring(1, end.length() - 1).replace(",\"more\":1", ""));
    }

    @Test
    void nothingMoreNeedBeTold() throws Exception {
        assertThat(LoadTestDetails.ofStart(json("{\"id\":\"a\"}"))).isEmpty();
        assertThat(LoadTestDetails.ofEnd(json("{\"result\":\"passed\"}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"target\":7}",
                "{\"target\":\"a\\nb\"}",
                "{\"target\":\"a\\u202eb\"}",
                "{\"protocol\":\"0123456789012345678901234567890123456789012345678901234567890\"}",
                "{\"seed\":1.5}",
                "{\"seed\":\"1\"}",
                "{\"durationMillis\":1e400}",
                "{\"ratePerSecond\":null}",
            })
    void aStartThatIsNotAllowedIsRefusedByTheNameOfItsMember(String body) {
        String name = body.substring(2, body.indexOf('"', 2));
        assertThatThrownBy(() -> LoadTestDetails.ofStart(json(body)))
                .isInstanceOf(LoadTestRoutes.InvalidBody.class)
                .hasMessageStartingWith(name + " ")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"seconds\":\"1\"}",
                "{\"valid\":\"yes\"}",
                "{\"thresholds\":{}}",
                "{\"thresholds\":[1]}",
                "{\"thresholds\":[{\"threshold\":\"a\",\"value\":\"b\"}]}",
                "{\"counts\":[]}",
                "{\"counts\":{\"a b\":1}}",
                "{\"counts\":{\"<script>\":1}}",
                "{\"counts\":{\"a\":\"1\"}}",
                "{\"latencies\":{\"a\":1}}",
                "{\"latencies\":{\"a\":{\"p50\":[]}}}",
                "{\"generator\":{\"lag\":7}}",
                "{\"timeline\":{\"p50\":1}}",
                "{\"timeline\":{\"p50\":[null]}}",
            })
    void anEndThatIsNotAllowedIsRefusedByTheNameOfItsMember(String body) {
        String name = body.substring(2, body.indexOf('"', 2));
        assertThatThrownBy(() -> LoadTestDetails.ofEnd(json(body)))
                .isInstanceOf(LoadTestRoutes.InvalidBody.class)
                .hasMessageStartingWith(name + " ");
    }

    @Test
    void everythingIsBounded() {
        assertRefused("{\"thresholds\":[" + "{\"threshold\":\"a\",\"value\":\"b\",\"met\":true},".repeat(40)
                + "{\"threshold\":\"a\",\"value\":\"b\",\"met\":true}]}");
        assertRefused("{\"timeline\":{\"p50\":[" + "1,".repeat(64) + "1]}}");
        StringBuilder counts = new StringBuilder("{\"counts\":{");
        for (int i = 0; i < 61; i++) {
            counts.append(i == 0 ? "" : ",").append("\"c").append(i).append("\":1");
        }
        assertRefused(counts + "}}");
    }

    private static void assertRefused(String body) {
        assertThatThrownBy(() -> LoadTestDetails.ofEnd(json(body))).isInstanceOf(LoadTestRoutes.InvalidBody.class);
    }
}
