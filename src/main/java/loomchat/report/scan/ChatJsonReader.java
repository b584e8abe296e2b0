package loomchat.report.scan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;

/**
 * Reads lines of {@code chat-logs.jsonl} that are not canonical: rare events, lines with another order of keys or
 * with spaces, and the three-key lines of older servers. One scanning thread owns it.
 */
final class ChatJsonReader {
    private static final Pattern OLD_SIZE = Pattern.compile("Message size: (\\d{1,15}) bytes");

    private final ChatTotals totals;
    private final JsonLine line = new JsonLine();

    ChatJsonReader(ChatTotals totals) {
        this.totals = totals;
    }

    /** Returns false if the bytes are not a JSON object with an event. */
    boolean read(byte[] bytes, int from, int to) {
        if (!line.read(bytes, from, to)) {
            return false;
        }
        String event = line.string("event");
        if (event == null) {
            return false;
        }
        String time = line.string("time");
        count(event, time == null ? LogTimes.UNKNOWN : LogTimes.parse(time), line.hasNumber("seq"));
        return true;
    }

    private void count(String event, long millis, boolean inRun) {
        String details = line.string("details", "");
        switch (event) {
            case "New Connection" -> totals.connection(millis, inRun);
            case "Matched" -> totals.match(millis, inRun, line.wholeNumber("waitedMillis"));
            case "Message Relay" -> totals.message(millis, inRun, size(details));
            case "Chat Ended" ->
                totals.chatEnded(
                        millis,
                        inRun,
                        line.wholeNumber("chatMillis"),
                        line.wholeNumber("messages"),
                        line.string("reason", "").equals("block"));
            case "Chat Resumed" -> totals.resumed(millis, inRun);
            case "Reported" -> totals.reported(millis, inRun, line.string("reason", "unknown"));
            case "Call Started" -> totals.callStarted(millis, inRun);
            case "Call Ended" -> totals.callEnded(millis, inRun, callEnd());
            case "Disconnected" -> disconnected(millis, inRun);
            case "Server Started" ->
                totals.started(millis, details, Math.max(0, line.wholeNumber("tornBytes")), line.text());
            case "Server Stopped" -> totals.stopped(millis, details);
            case "Log Recovered" -> totals.stall(millis, inRun, line.wholeNumber("stalledMillis"), stall(details));
            case "Log File Replaced" -> totals.marked(new GraphMark(millis, GraphMark.Kind.FILE, "", details), inRun);
            case "Load Test Started" -> totals.marked(loadTest(millis, GraphMark.Kind.LOAD_TEST_START), inRun);
            case "Load Test Ended" -> totals.marked(loadTest(millis, GraphMark.Kind.LOAD_TEST_END), inRun);
            default -> totals.other(millis, inRun);
        }
        switch (event) {
            case "New Connection", "Matched", "Message Relay", "Call Started" -> {}
            default -> totals.event(millis, event, line.string("reason", ""));
        }
    }

    private void disconnected(long millis, boolean inRun) {
        if (totals.disconnect(millis, inRun)) {
            totals.reasons().add(line.string("reason", "unknown"), 1);
        }
    }

    private ChatTotals.CallEnd callEnd() {
        return new ChatTotals.CallEnd(
                line.string("reason", "unknown"),
                line.wholeNumber("callMillis"),
                line.isTrue("connected"),
                line.wholeNumber("firstFrameMillis"),
                line.isTrue("relayed"),
                line.wholeNumber("mediaBytesOut"),
                line.wholeNumber("mediaBytesIn"));
    }

    private long size(String details) {
        if (line.hasNumber("bytes")) {
            return line.wholeNumber("bytes");
        }
        Matcher match = OLD_SIZE.matcher(details);
        return match.find() ? Long.parseLong(match.group(1)) : -1;
    }

    private String stall(String details) {
        String cause = line.string("cause", "");
        return cause.isEmpty() ? details : details + " (" + cause + ")";
    }

    private GraphMark loadTest(long millis, GraphMark.Kind kind) {
        return new GraphMark(millis, kind, line.string("id", ""), line.string("details", ""), line.text());
    }
}
