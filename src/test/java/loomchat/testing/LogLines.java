package loomchat.testing;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Log lines as the server writes them, and as older servers did, made without the code under test. */
public final class LogLines {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter OLD =
            DateTimeFormatter.ofPattern("M/d/uuuu, h:mm:ss a", Locale.US).withZone(java.time.ZoneId.systemDefault());

    private LogLines() {}

    public static String iso(long millis) {
        return ISO.format(Instant.ofEpochMilli(millis));
    }

    public static String started(long millis, long seq) {
        return line(millis, "Server Started", "Loomchat 0.1.0 on 0.0.0.0:3000")
                + ",\"seq\":%d,\"version\":\"0.1.0\",\"java\":\"25.0.3\",\"pid\":123,\"address\":\"0.0.0.0:3000\",\"settings\":{\"PORT\":\"3001\"},\"tornBytes\":0}\n"
                        .formatted(seq);
    }

    public static String stopped(long millis, long seq, long uptime) {
        return line(millis, "Server Stopped", "SIGTERM after %.1f s".formatted(uptime / 1000.0))
                + ",\"seq\":%d,\"reason\":\"SIGTERM\",\"uptimeMillis\":%d}\n".formatted(seq, uptime);
    }

    public static String connected(long millis, long seq, long session) {
        return line(millis, "New Connection", "Session " + session + " connected")
                + ",\"seq\":%d,\"session\":%d,\"protocol\":\"plain\"}\n".formatted(seq, session);
    }

    public static String matched(long millis, long seq, long session, long pair, long partner, long waited) {
        return line(millis, "Matched", "Session " + session + " with session " + partner)
                + ",\"seq\":%d,\"session\":%d,\"pair\":%d,\"partner\":%d,\"waitedMillis\":%d}\n"
                        .formatted(seq, session, pair, partner, waited);
    }

    public static String message(long millis, long seq, long session, long pair, long bytes) {
        return line(millis, "Message Relay", "Message size: " + bytes + " bytes") + ",\"seq\":" + seq + ",\"session\":"
                + session + ",\"pair\":" + pair + ",\"bytes\":" + bytes + "}\n";
    }

    public static String chatEnded(
            long millis, long seq, long session, long pair, String reason, long lasted, long messages) {
        return line(millis, "Chat Ended", "Session " + session + " left: " + reason)
                + ",\"seq\":%d,\"session\":%d,\"pair\":%d,\"reason\":\"%s\",\"chatMillis\":%d,\"messages\":%d,\"bytes\":%d,\"partner\":%d}\n"
                        .formatted(seq, session, pair, reason, lasted, messages, messages * 100, session - 1);
    }

    public static String disconnected(long millis, long seq, long session, String reason) {
        return line(millis, "Disconnected", "Session " + session + ": " + reason)
                + ",\"seq\":%d,\"session\":%d,\"reason\":\"%s\",\"code\":1006,\"sessionMillis\":62000,\"messages\":20,\"dropped\":0}\n"
                        .formatted(seq, session, reason);
    }

    public static String callStarted(long millis, long seq, long session, long pair, long call, String kinds) {
        return line(millis, "Call Started", "Session " + session + " with session " + (session - 1) + ": " + kinds)
                + ",\"seq\":%d,\"session\":%d,\"pair\":%d,\"call\":%d,\"partner\":%d,\"kinds\":\"%s\"}\n"
                        .formatted(seq, session, pair, call, session - 1, kinds);
    }

    /** A first frame of 0 milliseconds is a call that was never connected. */
    public static String callEnded(
            long millis,
            long seq,
            long pair,
            String reason,
            long lasted,
            long firstFrame,
            boolean relayed,
            long bytes) {
        return line(millis, "Call Ended", "Session 1: %s after %.1f s".formatted(reason, lasted / 1000.0))
                + ",\"seq\":%d,\"session\":1,\"pair\":%d,\"call\":1,\"reason\":\"%s\",\"callMillis\":%d"
                        .formatted(seq, pair, reason, lasted)
                + ",\"connected\":%b,\"firstFrameMillis\":%d,\"relayed\":%b,\"mediaBytesOut\":%d,\"mediaBytesIn\":%d}\n"
                        .formatted(firstFrame > 0, firstFrame, relayed, bytes, 2 * bytes);
    }

    public static String reported(long millis, long seq, long session, long pair, String reason) {
        return line(millis, "Reported", "Session " + session + " reported session " + (session - 1) + ": " + reason)
                + ",\"seq\":%d,\"session\":%d,\"pair\":%d,\"partner\":%d,\"reason\":\"%s\"}\n"
                        .formatted(seq, session, pair, session - 1, reason);
    }

    public static String resumed(long millis, long seq, long session, long pair) {
        return line(millis, "Chat Resumed", "Session " + session + " for session " + (session - 1))
                + ",\"seq\":%d,\"session\":%d,\"pair\":%d,\"from\":%d,\"awayMillis\":1200}\n"
                        .formatted(seq, session, pair, session - 1);
    }

    public static String recovered(long millis, long seq, long stalled) {
        return line(millis, "Log Recovered", "Disk full for %.1f s".formatted(stalled / 1000.0))
                + ",\"seq\":%d,\"cause\":\"No space left on device\",\"stalledMillis\":%d,\"heldLines\":12}\n"
                        .formatted(seq, stalled);
    }

    public static String loadTest(long millis, long seq, boolean start, String id) {
        return start
                ? line(millis, "Load Test Started", "classic with 3000 clients")
                        + ",\"seq\":%d,\"id\":\"%s\",\"scenario\":\"classic\",\"clients\":3000}\n".formatted(seq, id)
                : line(millis, "Load Test Ended", "classic: passed")
                        + ",\"seq\":%d,\"id\":\"%s\",\"scenario\":\"classic\",\"result\":\"passed\"}\n"
                                .formatted(seq, id);
    }

    /** A line of an older server: three keys, local time. */
    static String old(long millis, String event, String details) {
        return "{\"time\":\"%s\",\"event\":\"%s\",\"details\":\"%s\"}\n"
                .formatted(OLD.format(Instant.ofEpochMilli(millis)), event, details);
    }

    /** A sample of a server that knows of calls. */
    public static String sample(long millis, long length, long messages, long connections, double cpu, long calls) {
        return sample(millis, length, messages, connections, cpu).replace("}", ",\"calls\":" + calls + "}");
    }

    /** A sample of an older server. */
    public static String sample(long millis, long length, long messages, long connections, double cpu) {
        return ("{\"time\":\"%s\",\"millis\":%d,\"bytesIn\":%d,\"bytesOut\":%d,\"messagesIn\":%d,\"messagesRelayed\":%d,"
                        + "\"messagesDropped\":0,\"connectionsOpened\":1,\"connectionsRefused\":0,\"connections\":%d,"
                        + "\"waiting\":%d,\"pairs\":%d,\"rssBytes\":%d,\"heapUsedBytes\":%d,\"heapCommittedBytes\":402653184,"
                        + "\"cpuPercent\":%.1f,\"machineCpuPercent\":%.1f,\"cpuCores\":2,\"gcMillis\":%d,\"threads\":19,"
                        + "\"virtualThreads\":-1,\"carriers\":2,\"openFiles\":%d,\"logQueue\":%d,\"logSyncMillis\":3}\n")
                .formatted(
                        iso(millis),
                        length,
                        messages * 506,
                        messages * 540,
                        messages,
                        messages,
                        connections,
                        connections % 7,
                        connections / 2,
                        90_000_000 + connections * 21_000,
                        20_000_000 + messages * 300,
                        cpu,
                        Math.min(100, cpu / 2 + 3),
                        messages % 9,
                        50 + connections,
                        messages % 40);
    }

    private static String line(long millis, String event, String details) {
        return "{\"time\":\"" + iso(millis) + "\",\"event\":\"" + event + "\",\"details\":\"" + details + "\"";
    }
}
