package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import loomchat.testing.prometheus.Promtool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code deploy/prometheus}, by Prometheus' own tool, and the documents about it. */
@Timeout(120)
class AlertRulesTest {
    private static final Path FOLDER = Path.of("deploy/prometheus");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");
    private static final Pattern SEVERITY = Pattern.compile("- alert: (\\w+)\n[\\s\\S]*?severity: (\\w+)\n");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(Loomchat\\w+)` \\| (\\w+) \\|");

    private final String rules = read(FOLDER.resolve("rules/loomchat.yml"));
    private final List<String> alerts =
            ALERT.matcher(rules).results().map(each -> each.group(1)).sorted().toList();

    AlertRulesTest() throws IOException {}

    @Test
    void theConfigurationIsValid() throws Exception {
        Promtool.run(
                "check",
                "config",
                "--lint=all",
                FOLDER.resolve("prometheus.yml").toString());
    }

    @Test
    void theRulesAreValid() throws Exception {
        Promtool.run(
                "check",
                "rules",
                "--lint=all",
                "--lint-fatal",
                FOLDER.resolve("rules/loomchat.yml").toString());
    }

    /** Prometheus' own tests of rules: time passes there as fast as it can. */
    @Test
    void alertsFireWhenTheyShouldAndNotElse() throws Exception {
        Promtool.run("test", "rules", FOLDER.resolve("rules/loomchat.test.yml").toString());
    }

    @Test
    void everyAlertIsTested() throws IOException {
        String tests = read(FOLDER.resolve("rules/loomchat.test.yml"));
        assertThat(alerts)
                .hasSizeGreaterThan(10)
                .doesNotHaveDuplicates()
                .allSatisfy(each -> assertThat(tests).contains("- name: " + each + ", "));
    }

    @Test
    void everyAlertLeadsToWhatToDo() throws IOException {
        List<String> headings = Pattern.compile("(?m)^### (Loomchat\\w+)$")
                .matcher(read(Path.of("docs/operations.md")))
                .results()
                .map(each -> each.group(1))
                .sorted()
                .toList();
        assertThat(headings).isEqualTo(alerts);
        assertThat(alerts)
                .allSatisfy(each -> assertThat(rules)
                        .contains("runbook_url: docs/operations.md#" + each.toLowerCase(Locale.ROOT) + "\n"));
    }

    @Test
    void everyAlertIsListedWithItsSeverity() throws IOException {
        TreeMap<String, String> real = new TreeMap<>();
        SEVERITY.matcher(rules).results().forEach(each -> real.put(each.group(1), each.group(2)));
        TreeMap<String, String> listed = new TreeMap<>();
        ROW.matcher(read(Path.of("docs/metrics.md")))
                .results()
                .forEach(each -> listed.put(each.group(1), each.group(2)));
        assertThat(real.keySet()).containsExactlyElementsOf(alerts);
        assertThat(listed).isEqualTo(real);
        assertThat(real.values()).containsOnly("critical", "warning");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}
