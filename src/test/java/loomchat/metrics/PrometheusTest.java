package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import loomchat.testing.prometheus.PrometheusProcess;
import loomchat.testing.prometheus.Promtool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metrics of real servers in a real Prometheus that has the configuration and the alerts of {@code
 * deploy/prometheus}: what it counted when everybody has left is what the reports count, and every expression of the
 * dashboards gives numbers.
 */
@Timeout(180)
class PrometheusTest {
    private static final int MOST_SERIES = 300;
    /** Alerts that fire: none does here, unless this machine is in trouble. */
    private static final String ALERTS = "ALERTS{";

    @TempDir
    private static Path dir;

    private static ScrapedCrowd crowd;
    private static PrometheusProcess prometheus;

    @BeforeAll
    static void playVisitors() throws Exception {
        crowd = new ScrapedCrowd(dir);
        prometheus = crowd.prometheus();
        crowd.playVisitors();
    }

    @AfterAll
    static void stop() throws Exception {
        if (crowd != null) {
            crowd.close();
        }
    }

    @Test
    void theFormatIsAsPrometheusWantsIt() throws Exception {
        for (String each : crowd.targets()) {
            Promtool.runWith(crowd.metrics(each), "check", "metrics");
        }
    }

    @Test
    void everyMetricIsDescribedAndNoOther() throws Exception {
        assertThat(MetricsDoc.of(crowd.metrics(crowd.targets().getFirst()))).isEqualTo(MetricsDoc.read());
    }

    @Test
    void prometheusCountsWhatTheReportsCount() throws Exception {
        Awaitility.await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
            Map<String, Double> counted = new TreeMap<>();
            counted.put("connections", total("loomchat_connections_opened_total"));
            counted.put("messages", total("loomchat_messages_relayed_total"));
            counted.put("matches", total("loomchat_matches_total"));
            counted.put("disconnects", total("loomchat_disconnects_total"));
            counted.put("calls", total("loomchat_calls_started_total"));
            counted.put("callsEnded", total("loomchat_calls_ended_total"));
            counted.put("chats", total("loomchat_chats_ended_total"));
            prometheus
                    .query("sum by (reason) (loomchat_disconnects_total) > 0", "reason")
                    .forEach((reason, count) -> counted.put("disconnects " + reason, count));
            Map<String, Double> reported = new TreeMap<>();
            for (JsonObject report : crowd.reports()) {
                JsonObject totals = report.getJsonObject("totals");
                for (String key :
                        List.of("connections", "messages", "matches", "disconnects", "calls", "callsEnded", "chats")) {
                    reported.merge(key, totals.getJsonNumber(key).doubleValue(), Double::sum);
                }
                totals.getJsonObject("disconnectsByReason")
                        .forEach((reason, count) -> reported.merge(
                                "disconnects " + reason, Double.parseDouble(count.toString()), Double::sum));
            }
            assertThat(counted).isEqualTo(reported);
            assertThat(reported).containsEntry("connections", 4.0).containsEntry("calls", 1.0);
        });
        assertThat(total("loomchat_connections")).isZero();
    }

    private static double total(String metric) throws Exception {
        return prometheus.query("sum(" + metric + ")", "none").get("");
    }

    @Test
    void everyExpressionOfADashboardGivesNumbers() throws Exception {
        for (Dashboard dashboard : Dashboard.all()) {
            for (Dashboard.Query query : dashboard.queries()) {
                // Rates want two scrapes of a series, which the last reasons to come may not have had yet.
                Awaitility.await(query.where() + ": " + query.expression())
                        .atMost(20, TimeUnit.SECONDS)
                        .until(() -> hasNumbers(query));
            }
            for (Dashboard.Query query : dashboard.annotations()) {
                boolean hasNumbers = hasNumbers(query);
                assertThat(hasNumbers || query.expression().startsWith(ALERTS))
                        .as(query.where())
                        .isTrue();
            }
        }
    }

    /** A quantile of nothing is no number. */
    private static boolean hasNumbers(Dashboard.Query query) throws Exception {
        String expression = query.with("2m", "5m");
        if (query.table()) {
            return prometheus.query(expression).stream()
                    .anyMatch(each -> isNumber(each.asJsonObject().getJsonArray("value")));
        }
        long now = Instant.now().getEpochSecond();
        JsonArray series = prometheus
                .get(
                        "/api/v1/query_range",
                        Map.of(
                                "query",
                                expression,
                                "start",
                                Long.toString(now - 10),
                                "end",
                                Long.toString(now),
                                "step",
                                "1"))
                .asJsonObject()
                .getJsonArray("result");
        return series.stream()
                .flatMap(each -> each.asJsonObject().getJsonArray("values").stream())
                .anyMatch(each -> isNumber(each.asJsonArray()));
    }

    private static boolean isNumber(JsonArray timeAndValue) {
        return !timeAndValue.getString(1).equals("NaN");
    }

    @Test
    void everyVariableHasItsChoices() throws Exception {
        for (Dashboard dashboard : Dashboard.all()) {
            String definition = dashboard.variables().get(1).getString("definition");
            assertThat(definition).isEqualTo("label_values(loomchat_build_info, instance)");
        }
        assertThat(prometheus.query("loomchat_build_info", "instance")).containsOnlyKeys(crowd.targets());
    }

    @Test
    void everyAlertCanBeEvaluated() throws Exception {
        Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            JsonArray groups =
                    prometheus.get("/api/v1/rules", Map.of()).asJsonObject().getJsonArray("groups");
            assertThat(groups).hasSizeGreaterThan(3);
            for (JsonValue group : groups) {
                for (JsonObject rule :
                        group.asJsonObject().getJsonArray("rules").getValuesAs(JsonObject.class)) {
                    assertThat(rule.getString("health"))
                            .as(rule.getString("name") + ": " + rule.getString("lastError", ""))
                            .isEqualTo("ok");
                }
            }
        });
    }

    @Test
    void aServerHasFewSeries() throws Exception {
        assertThat(prometheus.query("scrape_samples_scraped", "instance"))
                .containsOnlyKeys(crowd.targets())
                .allSatisfy(
                        (instance, series) -> assertThat(series).as(instance).isBetween(100.0, (double) MOST_SERIES));
        assertThat(prometheus.query("count by (instance) ({__name__=~\"(loomchat|process)_.*\"})", "instance"))
                .isEqualTo(prometheus.query("scrape_samples_scraped", "instance"));
    }
}
