package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class EventLinesTest {
    private static final long TIME = Instant.parse("2026-11-24T01:50:42.123Z").toEpochMilli();

    private final LineEncoder out = new LineEncoder(1 << 16);
    private final EventLines lines = new EventLines(out);

    @Test
    void everyEventHasItsCanonicalLine() {
        assertLine(
                new Event.ServerStarted(
                        TIME,
                        "0.1.0",
                        "25.0.3",
                        123,
                        "0.0.0.0:3000",
                        new TreeMap<>(Map.of("PORT", "3001", "HOST", "::")),
                        7,
                        "jdk",
                        28_775_681),
                """
                {"time":"2026-11-24T01:50:42.123Z","event":"Server Started","details":"Loomchat 0.1.0 on 0.0.0.0:3000, \
                7 bytes of damaged lines moved away, virtual threads on the JDK's scheduler","seq":1,\
                "version":"0.1.0","java":"25.0.3","pid":123,"address":"0.0.0.0:3000",\
                "settings":{"HOST":"::","PORT":"3001"},"tornBytes":7,"scheduler":"jdk","node":28775681}
                """);
        assertLine(new Event.NewConnection(TIME, 12, "plain", null), """
                {"time":"2026-11-24T01:50:42.123Z","event":"New Connection","details":"Session 12 connected","seq":1,\
                "session":12,"protocol":"plain"}
                """);
        assertLine(new Event.Matched(TIME, 13, 7, 12, 850), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Matched","details":"Session 13 with session 12","seq":1,\
                "session":13,"pair":7,"partner":12,"waitedMillis":850}
                """);
        assertLine(new Event.MessageRelay(TIME, 12, 7, 500), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Message Relay","details":"Message size: 500 bytes","seq":1,\
                "session":12,"pair":7,"bytes":500}
                """);
        assertLine(new Event.ChatEnded(TIME, 12, 7, "eof", 61000, 40, 20000, 13), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Chat Ended","details":"Session 12 left: eof","seq":1,\
                "session":12,"pair":7,"reason":"eof","chatMillis":61000,"messages":40,"bytes":20000,"partner":13}
                """);
        assertLine(new Event.Disconnected(TIME, 12, "eof", 1006, 62000, 20, 0), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Disconnected","details":"Session 12: eof","seq":1,\
                "session":12,"reason":"eof","code":1006,"sessionMillis":62000,"messages":20,"dropped":0}
                """);
        assertLine(new Event.ChatResumed(TIME, 14, 7, 12, 3100), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Chat Resumed","details":"Session 14 for session 12","seq":1,\
                "session":14,"pair":7,"from":12,"awayMillis":3100}
                """);
        assertLine(new Event.CallStarted(TIME, 13, 7, 2, 12, "audio+video"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Call Started",\
                "details":"Session 13 with session 12: audio+video","seq":1,\
                "session":13,"pair":7,"call":2,"partner":12,"kinds":"audio+video"}
                """);
        assertLine(new Event.CallEnded(TIME, 12, 7, 2, "next", 61_040, true, 412, false, 123, 456), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Call Ended","details":"Session 12: next after 61.0 s","seq":1,\
                "session":12,"pair":7,"call":2,"reason":"next","callMillis":61040,"connected":true,\
                "firstFrameMillis":412,"relayed":false,"mediaBytesOut":123,"mediaBytesIn":456}
                """);
        assertLine(new Event.CallEnded(TIME, 12, 7, 3, "failed", 0, false, 0, true, 0, 0), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Call Ended","details":"Session 12: failed after 0.0 s","seq":1,\
                "session":12,"pair":7,"call":3,"reason":"failed","callMillis":0,"connected":false,\
                "firstFrameMillis":0,"relayed":true,"mediaBytesOut":0,"mediaBytesIn":0}
                """);
        assertLine(new Event.Reported(TIME, 12, 7, 13, "spam", null, null), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Reported","details":"Session 13 for spam, by session 12","seq":1,\
                "session":12,"pair":7,"partner":13,"reason":"spam"}
                """);
        assertLine(new Event.Blocked(TIME, 12, 7, 13, true, "a", "b"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Blocked","details":"Session 13 by session 12","seq":1,\
                "session":12,"pair":7,"partner":13,"lasting":true,"identity":"a","partnerIdentity":"b"}
                """);
        assertLine(new Event.LogRecovered(TIME, "No space left on device", 5200, 1234), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Log Recovered","details":"Disk full for 5.2 s","seq":1,\
                "cause":"No space left on device","stalledMillis":5200,"heldLines":1234}
                """);
        assertLine(new Event.LogFileReplaced(TIME, "chat-logs.jsonl", "deleted"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Log File Replaced","details":"chat-logs.jsonl was deleted","seq":1,\
                "file":"chat-logs.jsonl","what":"deleted"}
                """);
        assertLine(new Event.LoadTestStarted(TIME, "a1", "classic", 3000), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Load Test Started","details":"classic with 3000 clients","seq":1,\
                "id":"a1","scenario":"classic","clients":3000}
                """);
        assertLine(new Event.LoadTestEnded(TIME, "a1", "classic", "passed"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Load Test Ended","details":"classic: passed","seq":1,\
                "id":"a1","scenario":"classic","result":"passed"}
                """);
        assertLine(
                new Event.LoadTestEnded(TIME, "a1", "classic", "passed", ",\"verdict\":\"é\u202e\",\"seconds\":2.5"),
                """
                {"time":"2026-11-24T01:50:42.123Z","event":"Load Test Ended","details":"classic: passed","seq":1,\
                "id":"a1","scenario":"classic","result":"passed","verdict":"é","seconds":2.5}
                """);
        assertLine(new Event.LoadTestStarted(TIME, "a1", "classic", 3000, ",\"seed\":7"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Load Test Started","details":"classic with 3000 clients","seq":1,\
                "id":"a1","scenario":"classic","clients":3000,"seed":7}
                """);
        assertLine(new Event.Banned(TIME, "203.0.113.0/24", "2026-11-30T00:00:00Z", "spam \"x\"", "ops"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Banned","details":"203.0.113.0/24 until 2026-11-30T00:00:00Z by ops","seq":1,\
                "target":"203.0.113.0/24","until":"2026-11-30T00:00:00Z","reason":"spam \\"x\\"","by":"ops"}
                """);
        assertLine(new Event.Banned(TIME, "site:é", null, "", "this machine"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Banned","details":"site:é for good by this machine","seq":1,\
                "target":"site:é","reason":"","by":"this machine"}
                """);
        assertLine(new Event.Unbanned(TIME, "site:é", "ops"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Unbanned","details":"site:é by ops","seq":1,\
                "target":"site:é","by":"ops"}
                """);
        assertLine(new Event.OperatorAction(TIME, "ops", "sign in", ""), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Operator Action","details":"ops: sign in","seq":1,\
                "operator":"ops","action":"sign in","detail":""}
                """);
        assertLine(new Event.OperatorAction(TIME, "ops", "lift", "10.0.0.0/8"), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Operator Action","details":"ops: lift, 10.0.0.0/8","seq":1,\
                "operator":"ops","action":"lift","detail":"10.0.0.0/8"}
                """);
        assertLine(new Event.ServerStopped(TIME, "SIGTERM", 12345), """
                {"time":"2026-11-24T01:50:42.123Z","event":"Server Stopped","details":"SIGTERM after 12.3 s","seq":1,\
                "reason":"SIGTERM","uptimeMillis":12345}
                """);
    }

    @Test
    void aSampleHasItsCanonicalLine() {
        lines.sample(new Sample(
                TIME,
                1000,
                new Sample.Traffic(1, 2, 3, 4, 5, 6, 7),
                new Sample.Visitors(8, 9, 10, 20),
                new Sample.Process(11, 12, 13, 14.25, 99.96, 2, 15, 16, -1, 1, 17),
                18,
                19));
        assertThat(text()).isEqualTo("""
                {"time":"2026-11-24T01:50:42.123Z","millis":1000,"bytesIn":1,"bytesOut":2,"messagesIn":3,"messagesRelayed":4,\
                "messagesDropped":5,"connectionsOpened":6,"connectionsRefused":7,"connections":8,"waiting":9,"pairs":10,\
                "rssBytes":11,"heapUsedBytes":12,"heapCommittedBytes":13,"cpuPercent":14.3,"machineCpuPercent":100.0,\
                "cpuCores":2,"gcMillis":15,"threads":16,"virtualThreads":-1,"carriers":1,"openFiles":17,"logQueue":18,\
                "logSyncMillis":19,"calls":20}
                """);
    }

    @Test
    void textIsEscapedAndStaysUtf8() {
        lines.event(new Event.LoadTestStarted(TIME, "\"\\\u0000\n\u001f\u007f", "é€🙂 \uD83D.\uDE42", 1), 1);
        assertThat(text()).contains("\"id\":\"\\\"\\\\\\u0000\\n\\u001f\"").contains("\"scenario\":\"é€🙂 �.�\"");
        assertThat(text().chars().filter(c -> c == '\n')).hasSize(1);
    }

    @Test
    void whatChangesHowTheRestIsShownIsLeftOut() {
        String bad =
                "\u0080\u0085\u009b\u009f\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
        String good = "\u00a0\u061b\u061d\u200c\u200d\u2010\u2027\u202f\u2065\u206a";
        lines.event(new Event.LoadTestEnded(TIME, "a" + bad + "b", bad.replaceAll("(?s)(.)", "$1x"), good), 1);
        assertThat(text())
                .contains("\"id\":\"ab\"")
                .contains("\"scenario\":\"" + "x".repeat(bad.length()) + "\"")
                .contains("\"result\":\"" + good + "\"");
        assertThat(SafeText.of("\u001b[31m" + bad + good + "\n\u007f.")).isEqualTo("?[31m" + good + "??.");
    }

    @Property(tries = 2000)
    void numbersAreWrittenAsJavaWritesThem(@ForAll long number) {
        LineEncoder encoder = new LineEncoder(64);
        encoder.number(number).raw(" ").number(number >> 40).raw(" ").number(number & 0xFF);
        assertThat(text(encoder)).isEqualTo(number + " " + (number >> 40) + " " + (number & 0xFF));
    }

    @Property(tries = 2000)
    void timesAreWrittenAsIso(@ForAll @LongRange(min = 0, max = 253_402_300_799_999L) long millis) {
        LineEncoder encoder = new LineEncoder(64);
        encoder.time(millis - 1).time(millis);
        assertThat(Instant.parse(text(encoder).substring(24)).toEpochMilli()).isEqualTo(millis);
        assertThat(text(encoder)).hasSize(48);
    }

    private void assertLine(Event event, String line) {
        out.clear();
        lines.event(event, 1);
        assertThat(text()).isEqualTo(line);
    }

    private String text() {
        return text(out);
    }

    private static String text(LineEncoder encoder) {
        return StandardCharsets.UTF_8.decode(encoder.buffer()).toString();
    }
}
