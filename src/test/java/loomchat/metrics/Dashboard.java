package loomchat.metrics;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import loomchat.testing.JsonClient;

/** A file of {@code deploy/grafana/dashboards}. */
record Dashboard(String name, JsonObject json) {
    private static final Path FOLDER = Path.of("deploy/grafana/dashboards");

    /**
     * An expression and where it stands.
     *
     * @param table whether it is asked for one moment, and not over time
     */
    record Query(String where, String expression, boolean table) {
        /** As Grafana sends it, for all servers and this time. */
        String with(String rateInterval, String range) {
            return expression
                    .replace("$node", ".+")
                    .replace("$__rate_interval", rateInterval)
                    .replace("$__range", range);
        }
    }

    static List<Dashboard> all() throws IOException {
        List<Dashboard> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path each : files.sorted().toList()) {
                all.add(new Dashboard(
                        each.getFileName().toString().replace(".json", ""), JsonClient.json(Files.readString(each))));
            }
        }
        return all;
    }

    /** Without the headings of rows. */
    List<JsonObject> panels() {
        return json.getJsonArray("panels").getValuesAs(JsonObject.class).stream()
                .filter(each -> !each.getString("type").equals("row"))
                .toList();
    }

    List<Query> queries() {
        List<Query> all = new ArrayList<>();
        for (JsonObject panel : panels()) {
            for (JsonObject target : panel.getJsonArray("targets").getValuesAs(JsonObject.class)) {
                all.add(new Query(
                        name + ", " + panel.getString("title") + ", " + target.getString("refId"),
                        target.getString("expr"),
                        target.getBoolean("instant", false)));
            }
        }
        return all;
    }

    /** Names of its annotations and their expressions, but for Grafana's own. */
    List<Query> annotations() {
        return json.getJsonObject("annotations").getJsonArray("list").getValuesAs(JsonObject.class).stream()
                .filter(each -> each.containsKey("expr"))
                .map(each -> new Query(name + ", " + each.getString("name"), each.getString("expr"), false))
                .toList();
    }

    List<JsonObject> variables() {
        return json.getJsonObject("templating").getJsonArray("list").getValuesAs(JsonObject.class);
    }

    List<String> tags() {
        return json.getJsonArray("tags").getValuesAs(JsonString::getString);
    }
}
