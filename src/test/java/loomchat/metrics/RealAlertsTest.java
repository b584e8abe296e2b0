package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What dies makes those alerts begin that are about it: they are pending until their time is over, which {@code
 * loomchat.test.yml} lets pass. Alerts about how quick things are, or how full, are left out: that is this machine's.
 */
@Timeout(240)
class RealAlertsTest {
    private static final String PENDING =
            "ALERTS{alertname=~\"Loomchat(Closed|ServerDown|NotReady|CrashLoop|RecordStalled|RedisAway|CrowdSplit)\"}";

    @TempDir
    private Path dir;

    @Test
    void aRedisAndServersThatDie() throws Exception {
        try (ScrapedCrowd crowd = new ScrapedCrowd(dir)) {
            String first = crowd.targets().get(0);
            String second = crowd.targets().get(1);
            crowd.awaitServers();
            await(crowd, Map.of());

            crowd.redis().kill();
            await(crowd, Map.of("LoomchatRedisAway", Set.of(first, second)));

            crowd.server(1).kill();
            await(crowd, Map.of("LoomchatRedisAway", Set.of(first), "LoomchatServerDown", Set.of(second)));

            crowd.redis().start();
            await(crowd, Map.of("LoomchatServerDown", Set.of(second)));

            crowd.server(0).kill();
            await(crowd, Map.of("LoomchatServerDown", Set.of(first, second), "LoomchatClosed", Set.of("")));
        }
    }

    private static void await(ScrapedCrowd crowd, Map<String, Set<String>> alerts) {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(pending(crowd)).isEqualTo(alerts));
    }

    /** Alerts, and the servers that each is about. */
    private static Map<String, Set<String>> pending(ScrapedCrowd crowd) throws Exception {
        Map<String, Set<String>> alerts = new TreeMap<>();
        for (JsonObject each : crowd.prometheus().query(PENDING).getValuesAs(JsonObject.class)) {
            JsonObject labels = each.getJsonObject("metric");
            alerts.computeIfAbsent(labels.getString("alertname"), none -> new TreeSet<>())
                    .add(labels.getString("instance", ""));
        }
        return alerts;
    }
}
