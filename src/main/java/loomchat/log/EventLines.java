package loomchat.log;

import java.util.SortedMap;
import loomchat.json.JsonText;

/**
 * The canonical line of each event and sample: fixed key order, no spaces; {@code time}, {@code event} and
 * {@code details} first, then {@code seq}, then the event's own keys. Readers have a fast path for exactly this form
 * (see docs/log-format.md). Used by the log writer only. Long, because each kind of event is here.
 */
final class EventLines {
    private static final byte[] TIME = LineEncoder.ascii("{\"time\":\"");
    private static final byte[] RELAY =
            LineEncoder.ascii("\",\"event\":\"Message Relay\",\"details\":\"Message size: ");
    private static final byte[] RELAY_SEQ = LineEncoder.ascii(" bytes\",\"seq\":");
    private static final byte[] SESSION = LineEncoder.ascii(",\"session\":");
    private static final byte[] PAIR = LineEncoder.ascii(",\"pair\":");
    private static final byte[] BYTES = LineEncoder.ascii(",\"bytes\":");
    private static final byte[] END = LineEncoder.ascii("}\n");

    private final LineEncoder out;

    EventLines(LineEncoder out) {
        this.out = out;
    }

    void relay(long millis, long seq, long session, long pair, int bytes) {
        out.raw(TIME).time(millis).raw(RELAY).number(bytes).raw(RELAY_SEQ).number(seq);
        out.raw(SESSION).number(session).raw(PAIR).number(pair);
        out.raw(BYTES).number(bytes).raw(END);
    }

    void event(Event event, long seq) {
        switch (event) {
            case Event.MessageRelay e -> relay(e.millis(), seq, e.session(), e.pair(), e.bytes());
            case Event.NewConnection e -> connected(e, seq);
            case Event.Matched e -> matched(e, seq);
            case Event.ChatEnded e -> chatEnded(e, seq);
            case Event.Disconnected e -> disconnected(e, seq);
            case Event.ChatResumed e -> resumed(e, seq);
            case Event.CallStarted e -> callStarted(e, seq);
            case Event.CallEnded e -> callEnded(e, seq);
            case Event.Reported e -> reported(e, seq);
            case Event.Blocked e -> blocked(e, seq);
            case Event.SessionRevoked e -> revoked(e, seq);
            case Event.ServerStarted e -> started(e, seq);
            case Event.ServerStopped e -> stopped(e, seq);
            case Event.LogRecovered e -> recovered(e, seq);
            case Event.LogFileReplaced e -> replaced(e, seq);
            case Event.LoadTestStarted e -> loadStarted(e, seq);
            case Event.LoadTestEnded e -> loadEnded(e, seq);
            case Event.Banned e -> banned(e, seq);
            case Event.Unbanned e -> unbanned(e, seq);
            case Event.OperatorAction e -> operatorAction(e, seq);
        }
    }

    private void connected(Event.NewConnection e, long seq) {
        head(e, "New Connection").raw("Session ").number(e.session()).raw(" connected");
        seq(seq);
        field("session", e.session()).field("protocol", e.protocol());
        known("identity", e.identity()).end();
    }

    private void matched(Event.Matched e, long seq) {
        head(e, "Matched").raw("Session ").number(e.session());
        out.raw(" with session ").number(e.partner());
        seq(seq);
        field("session", e.session()).field("pair", e.pair());
        field("partner", e.partner()).field("waitedMillis", e.waitedMillis()).end();
    }

    private void chatEnded(Event.ChatEnded e, long seq) {
        head(e, "Chat Ended").raw("Session ").number(e.session()).raw(" left: ").text(e.reason());
        seq(seq);
        field("session", e.session()).field("pair", e.pair()).field("reason", e.reason());
        field("chatMillis", e.chatMillis()).field("messages", e.messages());
        field("bytes", e.bytes()).field("partner", e.partner()).end();
    }

    private void disconnected(Event.Disconnected e, long seq) {
        head(e, "Disconnected").raw("Session ").number(e.session()).raw(": ").text(e.reason());
        seq(seq);
        field("session", e.session()).field("reason", e.reason()).field("code", e.code());
        field("sessionMillis", e.sessionMillis()).field("messages", e.messages());
        field("dropped", e.dropped()).end();
    }

    private void resumed(Event.ChatResumed e, long seq) {
        head(e, "Chat Resumed").raw("Session ").number(e.session());
        out.raw(" for session ").number(e.from());
        seq(seq);
        field("session", e.session()).field("pair", e.pair());
        field("from", e.from()).field("awayMillis", e.awayMillis()).end();
    }

    private void callStarted(Event.CallStarted e, long seq) {
        head(e, "Call Started").raw("Session ").number(e.session());
        out.raw(" with session ").number(e.partner()).raw(": ").text(e.kinds());
        seq(seq);
        field("session", e.session()).field("pair", e.pair()).field("call", e.call());
        field("partner", e.partner()).field("kinds", e.kinds()).end();
    }

    private void callEnded(Event.CallEnded e, long seq) {
        head(e, "Call Ended").raw("Session ").number(e.session()).raw(": ").text(e.reason());
        out.raw(" after ").seconds(e.callMillis()).raw(" s");
        seq(seq);
        field("session", e.session()).field("pair", e.pair()).field("call", e.call());
        field("reason", e.reason()).field("callMillis", e.callMillis()).field("connected", e.connected());
        field("firstFrameMillis", e.firstFrameMillis()).field("relayed", e.relayed());
        field("mediaBytesOut", e.mediaBytesOut())
                .field("mediaBytesIn", e.mediaBytesIn())
                .end();
    }

    private void reported(Event.Reported e, long seq) {
        head(e, "Reported")
                .raw("Session ")
                .number(e.partner())
                .raw(" for ")
                .text(e.reason())
                .raw(", by session ")
                .number(e.session());
        seq(seq);
        field("session", e.session()).field("pair", e.pair());
        field("partner", e.partner()).field("reason", e.reason());
        known("identity", e.identity())
                .known("partnerIdentity", e.partnerIdentity())
                .end();
    }

    private void blocked(Event.Blocked e, long seq) {
        head(e, "Blocked")
                .raw("Session ")
                .number(e.partner())
                .raw(" by session ")
                .number(e.session());
        seq(seq);
        field("session", e.session()).field("pair", e.pair());
        field("partner", e.partner()).field("lasting", e.lasting());
        known("identity", e.identity())
                .known("partnerIdentity", e.partnerIdentity())
                .end();
    }

    private void revoked(Event.SessionRevoked e, long seq) {
        head(e, "Session Revoked").raw("Identity ").text(e.identity()).raw(": ").text(e.reason());
        seq(seq);
        field("identity", e.identity()).field("reason", e.reason()).end();
    }

    private void started(Event.ServerStarted e, long seq) {
        head(e, "Server Started").raw("Loomchat ").text(e.version()).raw(" on ").text(e.address());
        if (e.tornBytes() > 0) {
            out.raw(", ").number(e.tornBytes()).raw(" bytes of damaged lines moved away");
        }
        if (e.scheduler().equals("jdk")) {
            out.raw(", virtual threads on the JDK's scheduler");
        }
        seq(seq);
        field("version", e.version()).field("java", e.java());
        field("pid", e.pid()).field("address", e.address());
        settings(e.settings());
        field("tornBytes", e.tornBytes()).field("scheduler", e.scheduler());
        if (e.node() > 0) {
            field("node", e.node());
        }
        if (!e.flags().isEmpty()) {
            field("flags", e.flags());
        }
        end();
    }

    private void settings(SortedMap<String, String> settings) {
        out.raw(",\"settings\":{");
        String separator = "\"";
        for (var each : settings.entrySet()) {
            out.raw(separator).text(each.getKey()).raw("\":\"");
            out.text(each.getValue()).raw("\"");
            separator = ",\"";
        }
        out.raw("}");
    }

    private void stopped(Event.ServerStopped e, long seq) {
        head(e, "Server Stopped").text(e.reason());
        out.raw(" after ").seconds(e.uptimeMillis()).raw(" s");
        seq(seq);
        field("reason", e.reason()).field("uptimeMillis", e.uptimeMillis()).end();
    }

    private void recovered(Event.LogRecovered e, long seq) {
        String what = e.cause().contains("No space left") ? "Disk full" : "Disk failed";
        head(e, "Log Recovered").raw(what).raw(" for ");
        out.seconds(e.stalledMillis()).raw(" s");
        seq(seq);
        field("cause", e.cause()).field("stalledMillis", e.stalledMillis());
        field("heldLines", e.heldLines()).end();
    }

    private void replaced(Event.LogFileReplaced e, long seq) {
        head(e, "Log File Replaced").text(e.file()).raw(" was ").text(e.what());
        seq(seq);
        field("file", e.file()).field("what", e.what()).end();
    }

    private void loadStarted(Event.LoadTestStarted e, long seq) {
        head(e, "Load Test Started").text(e.scenario());
        out.raw(" with ").number(e.clients()).raw(" clients");
        seq(seq);
        field("id", e.id()).field("scenario", e.scenario());
        field("clients", e.clients()).members(e.more()).end();
    }

    private void loadEnded(Event.LoadTestEnded e, long seq) {
        head(e, "Load Test Ended").text(e.scenario()).raw(": ").text(e.result());
        seq(seq);
        field("id", e.id()).field("scenario", e.scenario());
        field("result", e.result()).members(e.more()).end();
    }

    private void banned(Event.Banned e, long seq) {
        head(e, "Banned").text(e.target()).raw(e.until() == null ? " for good" : " until ");
        out.raw(e.until() == null ? "" : e.until()).raw(" by ").text(e.by());
        seq(seq);
        field("target", e.target());
        if (e.until() != null) {
            field("until", e.until());
        }
        field("reason", e.reason()).field("by", e.by()).end();
    }

    private void unbanned(Event.Unbanned e, long seq) {
        head(e, "Unbanned").text(e.target()).raw(" by ").text(e.by());
        seq(seq);
        field("target", e.target()).field("by", e.by()).end();
    }

    private void operatorAction(Event.OperatorAction e, long seq) {
        head(e, "Operator Action").text(e.operator()).raw(": ").text(e.action());
        if (!e.detail().isEmpty()) {
            out.raw(", ").text(e.detail());
        }
        seq(seq);
        field("operator", e.operator()).field("action", e.action());
        field("detail", e.detail()).end();
    }

    void sample(Sample s) {
        out.raw(TIME).time(s.time()).raw("\"");
        field("millis", s.millis());
        Sample.Traffic t = s.traffic();
        field("bytesIn", t.bytesIn()).field("bytesOut", t.bytesOut()).field("messagesIn", t.messagesIn());
        field("messagesRelayed", t.messagesRelayed()).field("messagesDropped", t.messagesDropped());
        field("connectionsOpened", t.connectionsOpened()).field("connectionsRefused", t.connectionsRefused());
        Sample.Visitors v = s.visitors();
        field("connections", v.connections()).field("waiting", v.waiting()).field("pairs", v.pairs());
        Sample.Process p = s.process();
        field("rssBytes", p.rssBytes()).field("heapUsedBytes", p.heapUsedBytes());
        field("heapCommittedBytes", p.heapCommittedBytes()).field("cpuPercent", p.cpuPercent());
        field("machineCpuPercent", p.machineCpuPercent()).field("cpuCores", p.cpuCores());
        field("gcMillis", p.gcMillis()).field("threads", p.threads()).field("virtualThreads", p.virtualThreads());
        field("carriers", p.carriers()).field("openFiles", p.openFiles());
        field("logQueue", s.logQueue()).field("logSyncMillis", s.logSyncMillis());
        field("calls", v.calls());
        end();
    }

    private LineEncoder head(Event event, String name) {
        out.raw(TIME).time(event.millis()).raw("\",\"event\":\"");
        return out.raw(name).raw("\",\"details\":\"");
    }

    private void seq(long seq) {
        out.raw("\",\"seq\":").number(seq);
    }

    private EventLines field(String name, long value) {
        out.raw(",\"").raw(name).raw("\":").number(value);
        return this;
    }

    private EventLines field(String name, double value) {
        out.raw(",\"").raw(name).raw("\":").tenths(Math.round(value * 10));
        return this;
    }

    private EventLines field(String name, boolean value) {
        out.raw(",\"").raw(name).raw(value ? "\":true" : "\":false");
        return this;
    }

    private EventLines field(String name, String value) {
        out.raw(",\"").raw(name).raw("\":\"").text(value).raw("\"");
        return this;
    }

    /** Only where there is a value. */
    private EventLines known(String name, String value) {
        return value == null ? this : field(name, value);
    }

    /** Members that are JSON already, each with a comma in front. */
    private EventLines members(String json) {
        out.raw(JsonText.utf8(SafeText.strip(json)));
        return this;
    }

    private void end() {
        out.raw(END);
    }
}
