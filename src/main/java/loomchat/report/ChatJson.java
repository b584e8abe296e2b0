package loomchat.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads lines of {@code chat-logs.jsonl} that are not canonical: our rare events, lines with other key orders or spaces, and
 * the three-key lines of older servers. Owned by one scanning thread.
 */
final class ChatJson {
    private static final Pattern OLD_SIZE = Pattern.compile("Message size: (\\d{1,15}) bytes");

    private final ChatTally tally;
    private final JsonLine line = new JsonLine();

    ChatJson(ChatTally tally) {
        this.tally = tally;
    }

    /** False if the bytes are no JSON object with an event. */
    boolean read(byte[] bytes, int from, int to) {
        if (!line.read(bytes, from, to)) {
            return false;
        }
        String event = line.string("event");
        if (event == null) {
            return false;
        }
        String time = line.string("time");
        count(event, time == null ? Times.UNKNOWN : Times.parse(time), line.hasNumber("seq"));
        return true;
    }

    private void count(String event, long millis, boolean inRun) {
        String details = line.string("details", "");
        switch (event) {
            case "New Connection" -> tally.connection(millis, inRun);
            case "Matched" -> tally.match(millis, inRun, line.whole("waitedMillis"));
            case "Message Relay" -> tally.message(millis, inRun, size(details));
            case "Chat Ended" -> tally.chatEnded(millis, inRun, line.whole("chatMillis"), line.whole("messages"));
            case "Disconnected" -> disconnected(millis, inRun);
            case "Server Started" -> tally.started(millis, details, Math.max(0, line.whole("tornBytes")));
            case "Server Stopped" -> tally.stopped(millis, details);
            case "Log Recovered" -> tally.stall(millis, inRun, line.whole("stalledMillis"), stall(details));
            case "Log File Replaced" -> tally.marked(millis, inRun, Mark.Kind.FILE, "", details);
            case "Load Test Started" -> tally.marked(millis, inRun, Mark.Kind.LOAD_TEST_START, id(), details);
            case "Load Test Ended" -> tally.marked(millis, inRun, Mark.Kind.LOAD_TEST_END, id(), details);
            default -> tally.other(millis, inRun);
        }
    }

    private void disconnected(long millis, boolean inRun) {
        if (tally.disconnect(millis, inRun)) {
            tally.reasons().add(line.string("reason", "unknown"), 1);
        }
    }

    private long size(String details) {
        if (line.hasNumber("bytes")) {
            return line.whole("bytes");
        }
        Matcher match = OLD_SIZE.matcher(details);
        return match.find() ? Long.parseLong(match.group(1)) : -1;
    }

    private String stall(String details) {
        String cause = line.string("cause", "");
        return cause.isEmpty() ? details : details + " (" + cause + ")";
    }

    private String id() {
        return line.string("id", "");
    }
}
