package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyPlainServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code stress merge} takes, and what it refuses. That sums are right is in StressCommandTest. */
class MergeTest {
    private static final String AT_THE_START = " connected to the server at the start, perhaps clients of other shares";

    @TempDir
    Path dir;

    @Test
    void onlyTheSharesOfOneRunArePutTogether() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Path one = share(server, "1/2");
            Path two = share(server, "2/2");
            sameTime(one, two);
            assertThat(CommandRun.stress(dir.resolve("good"), "merge", one.toString(), two.toString())
                            .exitCode())
                    .isIn(ExitCode.PASSED, ExitCode.OVERLOADED);

            assertRefused(
                    one + " and " + copy(one, "again", "", "") + " are both share 1/2", one, two, dir.resolve("again"));
            assertRefused("Share 2/3 is missing", third(one, "1/3"), third(one, "3/3"));
            assertRefused("3-1 is share 1/3 and " + two + " is share 2/2", third(one, "1/3"), two);
            assertRefused("seed is 1 and 2", one, copy(two, "seed", "\"seed\": ?1", "\"seed\": 2"));
            assertRefused("target is ws", one, copy(two, "target", "\"target\": ?\"ws", "\"target\": \"wss"));
            assertRefused(
                    "CLIENTS is 4 and 5",
                    one,
                    copy(two, "clients", "(\"plays\": ?\")(?s)(.*)\"CLIENTS\": ?\"4\"", "$1x$2\"CLIENTS\": \"5\""));
            assertRefused("other versions of classic", one, copy(two, "plays", "(\"plays\": ?\")", "$1x"));
            assertRefused("other versions of classic", one, copy(two, "lost", "lost == 0", "lost == 1"));
            assertRefused(
                    ", before " + one + " began at", one, copy(two, "before", "(\"start\": ?\")20\\d\\d", "$11999"));
            assertRefused("whole is a whole run", one, copy(two, "whole", ",\\s*\"SHARE\": ?\"2/2\"", ""));
            assertRefused("merged is a whole run", one, copy(two, "merged", "(?s)\"settings\": ?\\{.*?},", ""));
            assertRefused("of another version", one, copy(two, "damaged", "\"seconds\": ?", "\"moments\": "));
            assertRefused("nothing has no summary.json", one, Files.createDirectory(dir.resolve("nothing")));
        }
    }

    /** The globs of somebody who plays the same twice name the folders of both runs. */
    @Test
    void ofSeveralRunsTheLastOneIsNamed() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Path one = share(server, "1/2");
            Path two = share(server, "2/2");
            sameTime(one, two);
            Path one1 = copy(one, "one-before", "(\"start\": ?\")20\\d\\d", "$11999");
            Path two1 = copy(two, "two-before", "(\"start\": ?\")20\\d\\d", "$11999");
            assertRefused("These are of the last run: " + one + " " + two, one1, one, two1, two);
            assertRefused("name one folder for each share\n", one1, one, two1);
        }
    }

    /** What a share could not know is known now. */
    @Test
    void notesOfSharesAreSaidAsThoseOfTheRun() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Path one = share(server, "1/2");
            Path two = share(server, "2/2");
            sameTime(one, two);
            assertThat(summary(one)).contains("this is share 1 of 2: what went to clients of the others");
            edit(
                    one,
                    "\"notes\": ?\\[",
                    server(100, 1) + "\"notes\": [\"of both\", \"of one\", \"the p99 of 1 s is mostly"
                            + " this load client's own: its sends were late\", \"somebody else was" + AT_THE_START
                            + "\",");
            edit(
                    two,
                    "\"notes\": ?\\[",
                    server(104, 5) + "\"notes\": [\"of both\", \"5 others were" + AT_THE_START + "\",");
            CommandRun merged = CommandRun.stress(dir.resolve("merged"), "merge", one.toString(), two.toString());
            List<String> notes = merged.summary().getJsonArray("notes").getValuesAs(JsonString::getString);
            assertThat(notes)
                    .contains(
                            "of both",
                            "share 1/2: of one",
                            "put together from 2 processes",
                            "somebody else was connected to the server at the start; what they do is in the server's count too")
                    .doesNotHaveDuplicates()
                    .noneMatch(each -> each.contains("is settled by stress merge"))
                    .noneMatch(each -> each.contains("p99 of 1 s"))
                    .noneMatch(each -> each.contains("others were connected"));
        }
    }

    /** Without a part of what a share knows, the sum would be false. */
    @Test
    void aDamagedShareIsNamed() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Path one = share(server, "1/2");
            Path two = share(server, "2/2");
            sameTime(one, two);
            edit(one, "(\"intended\": ?\\{\\s*\"count\": ?)\\d+", "$1" + 7);
            assertRefused("latency.hlog is damaged: it has the times of ", one, two);
            edit(one, "(\"intended\": ?\\{\\s*\"count\": ?)\\d+", "$1\"a\"");
            assertRefused("summary.json does not say what it should", one, two);
            edit(one, "(\"intended\": ?\\{\\s*\"count\": ?)\"a\"", "$1" + messages(one));
            Path log = one.resolve("latency.hlog");
            String times = Files.readString(log);
            Files.writeString(log, times.substring(0, times.length() - 20));
            assertRefused(log + " is damaged", one, two);
            Files.writeString(log, times);
            Path sides = one.resolve("sides.csv");
            String settled = Files.readString(sides);
            Files.writeString(sides, "side,1,");
            assertRefused(sides + " is damaged", one, two);
            Files.writeString(sides, "");
            assertRefused("its end is missing", one, two);
            Files.delete(sides);
            assertRefused(sides + " is missing", one, two);
            Files.writeString(sides, settled);
            Path timeline = one.resolve("timeline.csv");
            Files.writeString(timeline, Files.readString(timeline) + "1,2\n");
            assertRefused(timeline + " is damaged", one, two);
            Files.delete(timeline);
            assertRefused(timeline + " is missing", one, two);
        }
    }

    private static long messages(Path share) throws IOException {
        return Timeline.read(share.resolve("timeline.csv")).stream()
                .mapToLong(each -> (long) each.get(TimelineColumn.DELIVERED))
                .sum();
    }

    @Test
    void settingsOfARunAreNotForMerge() {
        for (String each : List.of("CLIENTS=5", "--json", "--clients=5", "THRESHOLDS=p99 < 1ms")) {
            CommandRun refused = CommandRun.stress(dir, "merge", "a", "b", each);
            assertThat(refused.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(refused.err()).startsWith(each + " is not for merge").hasLineCount(1);
        }
    }

    /** Of one of the personas nothing arrived, and in one share nobody was matched. */
    @Test
    void whatOneShareDoesNotHaveTheRunMayHave() throws Exception {
        Path scenario = Files.writeString(dir.resolve("two.json"), """
                {"stages": [{"clients": 4, "over": "0s"}], "duration": "200ms",
                 "personas": [{"kind": "steady", "name": "a", "every": "20ms"}, {"kind": "steady", "name": "b", "every": "1h"}],
                 "thresholds": ["b.p99 < 1h", "a.p99 < 1h"]}""");
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Path one = share(scenario.toString(), server, "1/2");
            Path two = share(scenario.toString(), server, "2/2");
            sameTime(one, two);
            edit(one, "\"neverMatched\": ?0", "\"neverMatched\": 2");
            CommandRun merged = CommandRun.stress(dir.resolve("merged"), "merge", one.toString(), two.toString());
            assertThat(merged.total("matched")).isPositive();
            assertThat(merged.total("neverMatched")).isZero();
            assertThat(merged.summary().getJsonObject("latencies").getJsonObject("personas"))
                    .containsOnlyKeys("a", "b");
        }
    }

    @Test
    void aMergedRunIsSetBesideMergedRunsBefore() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Path one = share(server, "1/2");
            Path two = share(server, "2/2");
            sameTime(one, two);
            Path results = dir.resolve("merged");
            CommandRun merged = CommandRun.stress(results, "merge", one.toString(), two.toString());
            JsonObject summary = merged.summary();
            Path before = merged.folder();
            assertThat(summary.getString("plays")).hasSize(12);
            assertThat(summary.getJsonObject("settings").getString("CLIENTS")).isEqualTo("4");
            assertThat(summary.getJsonObject("settings").getString("SHARE")).isEqualTo("all of 2");
            assertThat(summary.getJsonObject("machine").getInt("cores")).isPositive();
            edit(before, "\"result\": ?\"\\w+\"", "\"result\": \"passed\"");
            edit(before, "\"valid\": ?\\w+", "\"valid\": true");
            // Shares are no good runs before a whole one, and only earlier runs are.
            Files.move(
                    copy(one, "passed", "\"result\": ?\"\\w+\"", "\"result\": \"passed\""), results.resolve("share"));
            edit(one, "T08:00:00Z", "T09:00:00Z");
            edit(two, "T08:00:00Z", "T09:00:00Z");
            CommandRun again = CommandRun.stress(
                    Map.of("SHARE", "2/2"), results, "merge", one.toString(), two.toString(), "--fail-on-regression");
            // The times of a generator that was late itself are compared with nothing.
            if (again.exitCode() != ExitCode.OVERLOADED) {
                assertThat(again.out()).contains("Beside " + before.getFileName() + ", the only good run");
            }
            assertThat(CommandRun.stress(dir, "merge", "--help").out()).startsWith("Puts the results");
        }
    }

    private static String server(int connections, int others) {
        String counts = "{\"connections\": %d, \"matches\": 0, \"messages\": 0, \"bytes\": 0, \"disconnects\": %d}";
        return "\"server\": {\"echo\": false, \"before\": %s, \"after\": %s, \"others\": %d}, "
                .formatted(counts.formatted(connections, connections), counts.formatted(108, 108), others);
    }

    private void assertRefused(String because, Path... folders) {
        String[] arguments = Stream.concat(
                        Stream.of("merge"), Stream.of(folders).map(Path::toString))
                .toArray(String[]::new);
        CommandRun refused = CommandRun.stress(dir.resolve("none"), arguments);
        assertThat(refused.exitCode()).as(because).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(refused.err()).hasLineCount(1).contains(because);
        assertThat(refused.out()).isEmpty();
        assertThat(dir.resolve("none")).doesNotExist();
    }

    private Path share(FaultyPlainServer server, String share) throws IOException {
        return share("classic", server, share);
    }

    private Path share(String scenario, FaultyPlainServer server, String share) throws IOException {
        Path results = dir.resolve("share" + share.charAt(0));
        return CommandRun.stress(
                        results, scenario, "URL=" + server.url(), "CLIENTS=4", "DURATION=200ms", "SHARE=" + share)
                .folder();
    }

    /** As if they had been played at once: with nobody in the other, nothing was matched between them. */
    private static void sameTime(Path one, Path two) throws IOException {
        String start = "\"start\": ?\"[^\"]*\"";
        edit(two, start, "\"start\": \"2026-11-30T08:00:00Z\"");
        edit(one, start, "\"start\": \"2026-11-30T08:00:00Z\"");
    }

    private Path third(Path share, String as) throws IOException {
        return copy(share, as.replaceFirst("(.)/(.)", "$2-$1"), "(\"SHARE\": ?\")./.", "$1" + as);
    }

    private Path copy(Path folder, String name, String regex, String replacement) throws IOException {
        Path copy = dir.resolve(name);
        if (Files.notExists(copy)) {
            Files.createDirectory(copy);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path each : files.toList()) {
                    Files.copy(each, copy.resolve(each.getFileName().toString()));
                }
            }
            edit(copy, regex, replacement);
        }
        return copy;
    }

    private static void edit(Path folder, String regex, String replacement) throws IOException {
        String before = summary(folder);
        String after = before.replaceFirst(regex, replacement);
        assertThat(Pattern.compile(regex).matcher(before).find()).as(regex).isTrue();
        Files.writeString(folder.resolve("summary.json"), after);
    }

    private static String summary(Path folder) throws IOException {
        return Files.readString(folder.resolve("summary.json"));
    }
}
