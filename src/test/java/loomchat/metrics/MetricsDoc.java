package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The tables of {@code docs/metrics.md} that list metrics, and the same of what a server tells. */
final class MetricsDoc {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `((?:loomchat|process)_\\w+)` \\| (\\w+) \\| [^|]*\\| ([^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

    private MetricsDoc() {}

    /** What is said of a metric: its type, and the names of its labels. */
    record Described(String type, TreeSet<String> labels) {}

    /** By name. */
    static Map<String, Described> read() throws IOException {
        Map<String, Described> all = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("docs/metrics.md"))).results().forEach(row -> {
            TreeSet<String> labels = new TreeSet<>();
            NAME.matcher(row.group(3)).results().forEach(each -> labels.add(each.group(1)));
            assertThat(all.put(row.group(1), new Described(row.group(2), labels)))
                    .as("one row of " + row.group(1))
                    .isNull();
        });
        return all;
    }

    /** The same of an answer in Prometheus' text format. */
    static Map<String, Described> of(String answer) {
        Map<String, Described> all = new TreeMap<>();
        TYPE.matcher(answer)
                .results()
                .forEach(each -> all.put(each.group(1), new Described(each.group(2), new TreeSet<>())));
        SAMPLE.matcher(answer).results().forEach(sample -> {
            String name = all.containsKey(sample.group(1))
                    ? sample.group(1)
                    : sample.group(1).replaceFirst("_(bucket|sum|count)$", "");
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2))
                        .results()
                        .map(each -> each.group(1))
                        .filter(each -> !each.equals("le"))
                        .forEach(all.get(name).labels()::add);
            }
        });
        return all;
    }
}
