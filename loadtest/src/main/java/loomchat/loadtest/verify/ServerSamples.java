package loomchat.loadtest.verify;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import loomchat.loadtest.measure.ServerLoad;

/** Reads what a server has sampled of itself from the {@code series} of its report. No state. */
final class ServerSamples {
    private ServerSamples() {}

    /** @param start of the run, in milliseconds */
    static List<ServerLoad> of(JsonObject series, long start) {
        JsonArray times = series.getJsonArray("time");
        JsonObject samples = series.getJsonObject("samples");
        JsonArray cpu = samples.getJsonObject("cpuPercent").getJsonArray("mean");
        JsonArray memory = samples.getJsonObject("rssBytes").getJsonArray("mean");
        double half = series.getInt("bucketSeconds") / 2.0;
        List<ServerLoad> loads = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            double seconds = times.getJsonNumber(i).longValue() - start / 1000.0 + half;
            loads.add(new ServerLoad(Math.max(0, seconds), number(cpu.get(i)), number(memory.get(i))));
        }
        return loads;
    }

    private static double number(JsonValue value) {
        return value instanceof JsonNumber number ? number.doubleValue() : Double.NaN;
    }
}
