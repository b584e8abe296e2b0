package loomchat.report.compare;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import loomchat.report.history.Report;
import loomchat.report.render.HumanFormat;
import loomchat.report.series.SampleColumn;

/** Under which circumstances something was measured. No state. */
final class SetUp {
    /** Where two ranges may differ by chance. */
    private static final double SAME_LENGTH = 0.05;
    /** They say where a server is, not how it works. */
    private static final Set<String> PLACES = Set.of("PORT", "HOST", "LOG_DIR");
    /** The page may be public. */
    private static final Pattern NOT_SHOWN = Pattern.compile("(SECRET|TOKEN|KEY|PASSWORD|URL|DIR|FILE|HOSTS|ORIGINS)");

    /** Something that the two have in different ways. */
    record Difference(String what, String first, String second) {}

    private SetUp() {}

    /** What is known of one, by name. */
    static SequencedMap<String, String> of(ComparedRange range, Report report) {
        SequencedMap<String, String> all = new LinkedHashMap<>(range.test() == null ? Map.of() : played(range.test()));
        all.putAll(served(range, report));
        return all;
    }

    /** What ran the server. */
    private static SequencedMap<String, String> served(ComparedRange range, Report report) {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        all.put("server version", LoadTest.text(range.server(), "version"));
        all.put("Java", LoadTest.text(range.server(), "java"));
        all.put("JVM flags", LoadTest.text(range.server(), "flags"));
        double cores = ComparedRange.mean(report, SampleColumn.CPU_CORES);
        all.put("cores", Double.isNaN(cores) ? "" : HumanFormat.number(cores));
        all.put("servers", "" + report.nodes().size());
        all.values().removeIf(String::isEmpty);
        return all;
    }

    /** What its client told of a load test beforehand. */
    static SequencedMap<String, String> played(LoadTest test) {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        JsonObject begin = test.begin();
        all.put("scenario", test.scenario());
        all.put("share", test.share());
        all.put("clients", count(LoadTest.number(begin, "clients"), ""));
        all.put("rate", count(LoadTest.number(begin, "ratePerSecond"), " messages/s"));
        all.put("message size", bytes(LoadTest.text(begin, "messageBytes")));
        double millis = LoadTest.number(begin, "durationMillis");
        all.put("length", Double.isNaN(millis) ? "" : HumanFormat.duration(millis / 1000));
        all.put("protocol", LoadTest.text(begin, "protocol"));
        all.put("personas", LoadTest.text(begin, "personas"));
        all.put("seed", whole(LoadTest.number(begin, "seed")));
        all.put("target", LoadTest.text(begin, "target"));
        all.values().removeIf(String::isEmpty);
        return all;
    }

    static List<Difference> differences(
            ComparedRange first, Report firstReport, ComparedRange second, Report secondReport) {
        List<Difference> differences = new ArrayList<>();
        if (first.test() != null && second.test() != null) {
            add(differences, played(first.test()), played(second.test()));
        } else if (first.test() != null || second.test() != null) {
            differences.add(new Difference("what it is", kind(first), kind(second)));
        }
        add(differences, served(first, firstReport), served(second, secondReport));
        boolean sameLength = Math.abs(first.seconds() - second.seconds())
                <= SAME_LENGTH * Math.max(first.seconds(), second.seconds());
        if (!sameLength && differences.stream().noneMatch(each -> each.what().equals("length"))) {
            differences.add(new Difference(
                    "measured time", HumanFormat.duration(first.seconds()), HumanFormat.duration(second.seconds())));
        }
        settings(settings(first.server()), settings(second.server()), differences);
        return differences;
    }

    private static void add(List<Difference> differences, Map<String, String> a, Map<String, String> b) {
        Set<String> names = new LinkedHashSet<>(a.keySet());
        names.addAll(b.keySet());
        for (String name : names) {
            String one = a.getOrDefault(name, "not known");
            String other = b.getOrDefault(name, "not known");
            if (!one.equals(other)) {
                differences.add(new Difference(name, one, other));
            }
        }
    }

    private static String kind(ComparedRange range) {
        return range.test() == null
                ? "a range of time"
                : "the load test " + range.test().id();
    }

    private static void settings(JsonObject a, JsonObject b, List<Difference> differences) {
        Set<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        names.removeAll(PLACES);
        for (String name : names) {
            if (!Objects.equals(a.get(name), b.get(name))) {
                differences.add(new Difference(name, setting(name, a), setting(name, b)));
            }
        }
    }

    private static JsonObject settings(JsonObject server) {
        return server.get("settings") instanceof JsonObject settings ? settings : JsonObject.EMPTY_JSON_OBJECT;
    }

    private static String setting(String name, JsonObject settings) {
        if (!settings.containsKey(name)) {
            return "default";
        }
        return NOT_SHOWN.matcher(name).find() ? "another value" : LoadTest.text(settings, name);
    }

    private static String bytes(String text) {
        return text.isEmpty() ? "" : text + " bytes";
    }

    private static String count(double value, String unit) {
        return Double.isNaN(value) ? "" : HumanFormat.count(Math.round(value)) + unit;
    }

    private static String whole(double value) {
        return Double.isNaN(value) ? "" : "" + Math.round(value);
    }
}
