package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import loomchat.report.render.ReportNames;
import org.junit.jupiter.api.Test;

/** What a person expects of the dashboards. What their expressions give is {@link PrometheusTest}'s. */
class DashboardsTest {
    private static final int COLUMNS = 24;
    private static final String SOURCE = "${datasource}";
    private static final Pattern METRIC = Pattern.compile("\\b(loomchat|process)_\\w+");
    private static final Pattern SELECTOR = Pattern.compile("\\b(?:loomchat|process)_\\w+(\\{[^}]*})?");

    private final List<Dashboard> dashboards = Dashboard.all();

    DashboardsTest() throws IOException {}

    @Test
    void thereAreTwoWithNamesThatStay() {
        assertThat(dashboards)
                .extracting(each -> each.json().getString("uid"))
                .containsExactly("loomchat-nodes", "loomchat-overview");
        assertThat(dashboards).allSatisfy(each -> {
            assertThat(each.tags()).containsExactly("loomchat");
            assertThat(each.json().getString("timezone")).isEqualTo("utc");
            assertThat(each.json().getString("description")).isNotBlank();
            assertThat(each.json()).doesNotContainKey("id");
        });
    }

    @Test
    void theyAskForTheDataSourceAndTheServers() {
        assertThat(dashboards).allSatisfy(each -> {
            assertThat(each.variables())
                    .extracting(variable -> variable.getString("name"))
                    .containsExactly("datasource", "node");
            JsonObject node = each.variables().get(1);
            assertThat(node.getBoolean("multi")).isTrue();
            assertThat(node.getBoolean("includeAll")).isTrue();
        });
    }

    @Test
    void noDataSourceIsWrittenDown() {
        for (Dashboard dashboard : dashboards) {
            String text = dashboard.json().toString();
            List<String> others = Pattern.compile("\"datasource\":\\{\"type\":\"\\w+\",\"uid\":\"([^\"]+)\"}")
                    .matcher(text)
                    .results()
                    .map(each -> each.group(1))
                    .distinct()
                    .filter(each -> !each.equals(SOURCE))
                    .toList();
            assertThat(others).as(dashboard.name()).containsExactly("-- Grafana --");
            assertThat(dashboard.panels())
                    .allSatisfy(panel -> assertThat(
                                    panel.getJsonObject("datasource").getString("uid"))
                            .isEqualTo(SOURCE));
        }
    }

    @Test
    void everyPanelSaysWhatItShows() {
        for (Dashboard dashboard : dashboards) {
            assertThat(dashboard.panels())
                    .extracting(each -> each.getInt("id"))
                    .as("ids in " + dashboard.name())
                    .doesNotHaveDuplicates();
            assertThat(dashboard.panels()).allSatisfy(panel -> {
                assertThat(panel.getString("description")).endsWith(".");
                JsonObject defaults = panel.getJsonObject("fieldConfig").getJsonObject("defaults");
                assertThat(defaults.getString("unit")).isNotBlank();
                assertThat(defaults.getJsonObject("thresholds").getJsonArray("steps"))
                        .isNotEmpty();
                for (JsonObject target : panel.getJsonArray("targets").getValuesAs(JsonObject.class)) {
                    assertThat(target.getString("legendFormat", "").isBlank())
                            .isEqualTo(target.getString("format", "").equals("table"));
                }
            });
        }
    }

    @Test
    void noPanelIsOnAnother() {
        for (Dashboard dashboard : dashboards) {
            Set<Integer> taken = new HashSet<>();
            for (JsonValue each : dashboard.json().getJsonArray("panels")) {
                JsonObject place = each.asJsonObject().getJsonObject("gridPos");
                assertThat(place.getInt("x") + place.getInt("w")).isLessThanOrEqualTo(COLUMNS);
                for (int y = place.getInt("y"); y < place.getInt("y") + place.getInt("h"); y++) {
                    for (int x = place.getInt("x"); x < place.getInt("x") + place.getInt("w"); x++) {
                        assertThat(taken.add(y * COLUMNS + x)).as("%s", each).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void everyExpressionIsForTheChosenServers() {
        for (Dashboard dashboard : dashboards) {
            for (Dashboard.Query query : dashboard.queries()) {
                assertThat(SELECTOR.matcher(query.expression()).results().map(each -> each.group(1)))
                        .as(query.where())
                        .isNotEmpty()
                        .allSatisfy(each -> assertThat(each).startsWith("{instance=~\"$node\""));
            }
        }
    }

    @Test
    void everyMetricIsOnOneOfThem() throws IOException {
        Set<String> shown = new HashSet<>();
        for (Dashboard dashboard : dashboards) {
            for (Dashboard.Query query : dashboard.queries()) {
                METRIC.matcher(query.expression())
                        .results()
                        .map(MatchResult::group)
                        .map(each -> each.replaceFirst("_(bucket|sum|count)$", ""))
                        .forEach(shown::add);
            }
        }
        assertThat(shown).isEqualTo(MetricsDoc.read().keySet());
    }

    /** The overview looks like the report: the same graphs in the same order, with the same lines. */
    @Test
    void theOverviewHasTheGraphsOfTheReport() {
        List<JsonObject> graphs = dashboards.get(1).panels().stream()
                .filter(each -> each.getString("type").equals("timeseries"))
                .toList();
        List<String> titles = ReportNames.graphs();
        assertThat(graphs.stream().map(each -> each.getString("title")).limit(titles.size()))
                .isEqualTo(titles);
        for (JsonObject graph : graphs.subList(0, titles.size())) {
            List<String> lines = ReportNames.lines(graph.getString("title"));
            assertThat(graph.getJsonArray("targets").getValuesAs(JsonObject.class))
                    .extracting(each -> each.getString("legendFormat"))
                    .as(graph.getString("title"))
                    .isSubsetOf(lines)
                    .startsWith(lines.getFirst());
        }
    }

    @Test
    void grafanaFindsThemAndTheDataSource() throws IOException {
        String source = Files.readString(Path.of("deploy/grafana/provisioning/datasources/prometheus.yaml"));
        String folder = Files.readString(Path.of("deploy/grafana/provisioning/dashboards/loomchat.yaml"));
        String prometheus = Files.readString(Path.of("deploy/prometheus/prometheus.yml"));
        assertThat(source).contains("uid: loomchat-prometheus\n", "type: prometheus\n");
        assertThat(folder).contains("path: /var/lib/grafana/dashboards\n");
        assertThat(Arrays.asList("timeInterval: 15s", "scrape_interval: 15s"))
                .allSatisfy(each -> assertThat(source + prometheus).contains(each));
    }
}
