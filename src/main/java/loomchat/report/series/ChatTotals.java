package loomchat.report.series;

import java.util.Arrays;
import loomchat.report.series.RunEvents.RunEvent;

/** What lines of {@code chat-logs.jsonl} add up to. Long, because each event adds up to something else. */
public final class ChatTotals extends LogTotals<ChatTotals> {
    private static final int MESSAGES = ChatCount.MESSAGES.ordinal();
    private static final int BYTES = ChatCount.BYTES.ordinal();

    private final CountSeries series;
    private final ReasonCounts reasons = new ReasonCounts();
    private final ReasonCounts callReasons = new ReasonCounts();
    private final ReasonCounts reportReasons = new ReasonCounts();
    private final EventSeries eventSeries;
    private long withoutTime;
    private final long[] counts = new long[ChatCount.values().length];
    private final Histogram[] histograms = new Histogram[Distribution.values().length];
    private final Histogram messageBytes;

    /** What the line of a call's end says; a number is below zero when it is not known, {@code firstFrame} also 0. */
    public record CallEnd(
            String reason,
            long lasted,
            boolean connected,
            long firstFrame,
            boolean relayed,
            long bytesOut,
            long bytesIn) {}

    // The times of the run's lines since the last start, stop or chunk.
    private long linesFrom = LogTimes.UNKNOWN;
    private long linesTo = LogTimes.UNKNOWN;

    public ChatTotals(long from, long to, long bucketSeconds) {
        super(from, to);
        series = new CountSeries(ChatCount.IN_SERIES.size(), bucketSeconds);
        eventSeries = new EventSeries(bucketSeconds);
        Arrays.setAll(histograms, each -> new Histogram());
        messageBytes = histogram(Distribution.MESSAGE_BYTES);
    }

    @Override
    public CountSeries series() {
        return series;
    }

    /** Why connections ended. */
    public ReasonCounts reasons() {
        return reasons;
    }

    /** Why calls ended. */
    public ReasonCounts callReasons() {
        return callReasons;
    }

    /** Why visitors reported their partners. */
    public ReasonCounts reportReasons() {
        return reportReasons;
    }

    /** How often each event was logged, apart from those that {@link #series} has. */
    public EventSeries eventSeries() {
        return eventSeries;
    }

    /** How often an event was logged, or an event with a reason, such as {@code Disconnected:eof}. */
    public CountSeries eventCounts(String event) {
        return switch (event) {
            case "New Connection" -> series.column(ChatCount.CONNECTIONS.ordinal());
            case "Matched" -> series.column(ChatCount.MATCHES.ordinal());
            case "Message Relay" -> series.column(MESSAGES);
            case "Call Started" -> series.column(ChatCount.CALLS.ordinal());
            default -> eventSeries.of(event);
        };
    }

    /** Lines whose time cannot be read. */
    public long withoutTime() {
        return withoutTime;
    }

    @Override
    public long untimed() {
        return withoutTime;
    }

    public void restoreWithoutTime(long lines) {
        withoutTime += lines;
    }

    public long count(ChatCount what) {
        return counts[what.ordinal()];
    }

    public Histogram histogram(Distribution what) {
        return histograms[what.ordinal()];
    }

    public void add(ChatCount what, long amount) {
        counts[what.ordinal()] += amount;
    }

    // What a line says. `inRun` is true for lines with a `seq`, which older servers did not write.

    public void connection(long millis, boolean inRun) {
        countLine(millis, inRun, ChatCount.CONNECTIONS);
    }

    public void match(long millis, boolean inRun, long waited) {
        if (countLine(millis, inRun, ChatCount.MATCHES)) {
            add(Distribution.WAIT_MILLIS, waited);
        }
    }

    /** A relayed message, as nearly every line is. {@code size} is below zero when it is not known. */
    public void message(long millis, boolean inRun, long size) {
        if (!includesLine(millis, inRun)) {
            return;
        }
        counts[MESSAGES]++;
        long known = Math.max(0, size);
        counts[BYTES] += known;
        if (size >= 0) {
            messageBytes.add(size);
        }
        if (millis != LogTimes.UNKNOWN) {
            series.add(millis, MESSAGES, 1, BYTES, known);
        }
    }

    public void chatEnded(long millis, boolean inRun, long lasted, long messagesInIt, boolean blocked) {
        if (includesLine(millis, inRun)) {
            add(ChatCount.CHATS, 1);
            if (blocked) {
                addTo(ChatCount.BLOCKS, millis, 1);
            }
            add(Distribution.CHAT_MILLIS, lasted);
            add(Distribution.CHAT_MESSAGES, messagesInIt);
        }
    }

    public void reported(long millis, boolean inRun, String reason) {
        if (countLine(millis, inRun, ChatCount.REPORTS)) {
            reportReasons.add(reason, 1);
        }
    }

    public void resumed(long millis, boolean inRun) {
        countLine(millis, inRun, ChatCount.RESUMES);
    }

    public void callStarted(long millis, boolean inRun) {
        countLine(millis, inRun, ChatCount.CALLS);
    }

    public void callEnded(long millis, boolean inRun, CallEnd call) {
        if (!countLine(millis, inRun, ChatCount.CALLS_ENDED)) {
            return;
        }
        callReasons.add(call.reason, 1);
        add(Distribution.CALL_MILLIS, call.lasted);
        addTo(ChatCount.MEDIA_BYTES, millis, Math.max(0, call.bytesOut) + Math.max(0, call.bytesIn));
        if (call.connected) {
            addTo(ChatCount.CALLS_CONNECTED, millis, 1);
            addTo(ChatCount.CALLS_RELAYED, millis, call.relayed ? 1 : 0);
            if (call.firstFrame > 0) {
                add(Distribution.FIRST_FRAME_MILLIS, call.firstFrame);
            }
        }
    }

    /** The caller adds the reason when this is true. */
    public boolean disconnect(long millis, boolean inRun) {
        return countLine(millis, inRun, ChatCount.DISCONNECTS);
    }

    public void started(long millis, String text, long bytesCutOff, String line) {
        startOrStop(RunEvents.Kind.START, millis);
        if (includes(millis)) {
            seen(millis);
            add(ChatCount.TORN_BYTES, bytesCutOff);
            if (bytesCutOff > 0) {
                addTornTail();
            }
        }
        mark(new GraphMark(millis, GraphMark.Kind.START, "", text, line));
    }

    public void stopped(long millis, String text) {
        startOrStop(RunEvents.Kind.STOP, millis);
        if (includes(millis)) {
            seen(millis);
        }
        mark(new GraphMark(millis, GraphMark.Kind.STOP, "", text));
    }

    /** A stall of the log that ended at this line. It counts here; a range has all that overlap it, as run events. */
    public void stall(long millis, boolean inRun, long lasted, String text) {
        long known = Math.max(0, lasted);
        boolean isIncluded = includesLine(millis, inRun);
        if (millis != LogTimes.UNKNOWN) {
            long from = millis - Math.min(known, Math.max(0, millis));
            events.runEvents().add(new RunEvent(RunEvents.Kind.STALL, from, millis));
        }
        if (isIncluded) {
            add(ChatCount.STALLS, 1);
            add(ChatCount.STALLED_MILLIS, known);
            mark(new GraphMark(millis, GraphMark.Kind.STALL, "", text));
        }
    }

    /** Notes an event that a method above counts, too, in {@link #eventSeries}; {@code reason} may be empty. */
    public void event(long millis, String event, String reason) {
        if (millis != LogTimes.UNKNOWN && includes(millis)) {
            eventSeries.add(millis, event, reason);
        }
    }

    /** The same with the reason's bytes. */
    public void event(long millis, EventSeries.Kind kind, byte[] bytes, int from, int to) {
        if (millis != LogTimes.UNKNOWN && includes(millis)) {
            eventSeries.add(millis, kind, bytes, from, to);
        }
    }

    /** The mark of a line. It is kept whatever the range is, as those of starts and stops are. */
    public void marked(GraphMark mark, boolean inRun) {
        includesLine(mark.millis(), inRun);
        mark(mark);
    }

    /** A valid line of which only the time counts. */
    public void other(long millis, boolean inRun) {
        includesLine(millis, inRun);
    }

    @Override
    public ChunkEvents endChunk() {
        endLines();
        return super.endChunk();
    }

    @Override
    public void mergeSums(ChatTotals other) {
        super.mergeSums(other);
        withoutTime += other.withoutTime;
        Arrays.setAll(counts, each -> counts[each] + other.counts[each]);
        for (Distribution each : Distribution.values()) {
            histogram(each).merge(other.histogram(each));
        }
        reasons.merge(other.reasons);
        callReasons.merge(other.callReasons);
        reportReasons.merge(other.reportReasons);
    }

    @Override
    public void mergeSeries(ChatTotals other) {
        series.merge(other.series);
        eventSeries.merge(other.eventSeries);
    }

    /** Counts a line that has a column in the series; false if it lies outside of the range. */
    private boolean countLine(long millis, boolean inRun, ChatCount what) {
        if (!includesLine(millis, inRun)) {
            return false;
        }
        addTo(what, millis, 1);
        return true;
    }

    private void addTo(ChatCount what, long millis, long amount) {
        add(what, amount);
        if (millis != LogTimes.UNKNOWN) {
            series.add(millis, what.ordinal(), amount);
        }
    }

    private boolean includesLine(long millis, boolean inRun) {
        if (inRun && millis != LogTimes.UNKNOWN) {
            linesFrom = linesFrom == LogTimes.UNKNOWN ? millis : linesFrom;
            linesTo = Math.max(linesTo, millis);
        }
        if (!includes(millis)) {
            return false;
        }
        seen(millis);
        return true;
    }

    /** A line without a readable time belongs to the range of everything only. */
    private boolean includes(long millis) {
        return millis == LogTimes.UNKNOWN
                ? from == LogTimes.UNKNOWN && to == Long.MAX_VALUE
                : millis >= from && millis < to;
    }

    private void seen(long millis) {
        if (millis == LogTimes.UNKNOWN) {
            withoutTime++;
        } else {
            seen(millis, millis);
        }
    }

    private void startOrStop(RunEvents.Kind kind, long millis) {
        if (millis != LogTimes.UNKNOWN) {
            endLines();
            events.runEvents().add(new RunEvent(kind, millis, millis));
        }
    }

    /** Makes the lines since the last start or stop one entry. */
    private void endLines() {
        if (linesFrom != LogTimes.UNKNOWN) {
            events.runEvents().add(new RunEvent(RunEvents.Kind.LINES, linesFrom, linesTo));
            linesFrom = LogTimes.UNKNOWN;
            linesTo = LogTimes.UNKNOWN;
        }
    }

    private void mark(GraphMark mark) {
        if (mark.millis() != LogTimes.UNKNOWN) {
            events.marks().add(mark);
        }
    }

    private void add(Distribution what, long value) {
        if (value >= 0) {
            histogram(what).add(value);
        }
    }
}
