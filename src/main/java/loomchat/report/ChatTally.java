package loomchat.report;

/**
 * What lines of {@code chat-logs.jsonl} add up to. Owned by one scanning thread; merged by the thread that asked for the
 * scan when all are done. Lines outside {@code from} (inclusive) to {@code to} (exclusive) count for {@link Edges} only.
 */
final class ChatTally implements Tally<ChatTally, ChatTally.Part> {
    // Columns of the series
    static final int CONNECTIONS = 0;
    static final int MATCHES = 1;
    static final int MESSAGES = 2;
    static final int DISCONNECTS = 3;
    static final int BYTES = 4;
    static final String[] COLUMNS = {"connections", "matches", "messages", "disconnects", "bytes"};

    /** What has an order in the file. */
    record Part(Edges edges, Marks marks) {}

    final long from;
    final long to;
    final CountSeries series;

    long lines;
    long skipped;
    long torn;
    long withoutTime;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;

    long connections;
    long matches;
    long messages;
    long disconnects;
    long bytes;
    long chats;
    long tornBytes;
    long stalls;
    long stalledMillis;
    final Reasons reasons = new Reasons();
    final LogHistogram messageBytes = new LogHistogram();
    final LogHistogram waitMillis = new LogHistogram();
    final LogHistogram chatMillis = new LogHistogram();
    final LogHistogram chatMessages = new LogHistogram();

    private final ChatLines canonical = new ChatLines(this);
    private final ChatJson json = new ChatJson(this);
    private Edges edges = new Edges();
    private long linesFrom = Times.UNKNOWN;
    private long linesTo = Times.UNKNOWN;
    private Marks marks = new Marks();

    ChatTally(long from, long to, long bucketSeconds, int mostRows) {
        this.from = from;
        this.to = to;
        this.series = new CountSeries(COLUMNS.length, bucketSeconds, mostRows);
    }

    // What a line says. `inRun` is true for lines that a server of ours wrote.

    void connection(long millis, boolean inRun) {
        if (counts(millis, inRun, CONNECTIONS)) {
            connections++;
        }
    }

    void match(long millis, boolean inRun, long waited) {
        if (counts(millis, inRun, MATCHES)) {
            matches++;
            add(waitMillis, waited);
        }
    }

    /** Nearly every line is one of these. {@code size} is below zero when nobody knows it. */
    void message(long millis, boolean inRun, long size) {
        if (!counts(millis, inRun)) {
            return;
        }
        messages++;
        long known = Math.max(0, size);
        bytes += known;
        if (size >= 0) {
            messageBytes.add(size);
        }
        if (millis != Times.UNKNOWN) {
            series.add(millis, MESSAGES, 1, BYTES, known);
        }
    }

    void chatEnded(long millis, boolean inRun, long lasted, long messagesInIt) {
        if (counts(millis, inRun)) {
            chats++;
            add(chatMillis, lasted);
            add(chatMessages, messagesInIt);
        }
    }

    /** The caller adds the reason when this is true. */
    boolean disconnect(long millis, boolean inRun) {
        boolean counts = counts(millis, inRun, DISCONNECTS);
        disconnects += counts ? 1 : 0;
        return counts;
    }

    void started(long millis, String text, long bytesCutOff) {
        edge(Edges.START, millis);
        if (includes(millis)) {
            seen(millis);
            tornBytes += bytesCutOff;
            torn += bytesCutOff > 0 ? 1 : 0;
            mark(millis, Mark.Kind.START, "", text);
        }
    }

    void stopped(long millis, String text) {
        edge(Edges.STOP, millis);
        if (includes(millis)) {
            seen(millis);
            mark(millis, Mark.Kind.STOP, "", text);
        }
    }

    void stall(long millis, boolean inRun, long lasted, String text) {
        if (counts(millis, inRun)) {
            stalls++;
            stalledMillis += Math.max(0, lasted);
            mark(millis, Mark.Kind.STALL, "", text);
        }
    }

    void marked(long millis, boolean inRun, Mark.Kind kind, String id, String text) {
        if (counts(millis, inRun)) {
            mark(millis, kind, id, text);
        }
    }

    /** A line that is valid and counts for nothing but the time it was written at. */
    void other(long millis, boolean inRun) {
        counts(millis, inRun);
    }

    @Override
    public int fast(byte[] buffer, int at, int limit) {
        int next = canonical.read(buffer, at, limit);
        lines += next < 0 ? 0 : 1;
        return next;
    }

    @Override
    public boolean slow(byte[] buffer, int start, int end) {
        boolean read = json.read(buffer, start, end);
        lines += read ? 1 : 0;
        return read;
    }

    @Override
    public void skipped() {
        lines++;
        skipped++;
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long last() {
        return last;
    }

    @Override
    public void spans(long start, long end) {
        if (start != Times.UNKNOWN) {
            first = Math.min(first, start);
            last = Math.max(last, end);
        }
    }

    @Override
    public long lines() {
        return lines;
    }

    @Override
    public long skippedLines() {
        return skipped;
    }

    @Override
    public void torn() {
        torn++;
    }

    @Override
    public void beginPart() {
        edges = new Edges();
        marks = new Marks();
    }

    @Override
    public Part endPart() {
        endLines();
        return new Part(edges, marks);
    }

    @Override
    public void merge(ChatTally other) {
        lines += other.lines;
        skipped += other.skipped;
        torn += other.torn;
        withoutTime += other.withoutTime;
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
        connections += other.connections;
        matches += other.matches;
        messages += other.messages;
        disconnects += other.disconnects;
        bytes += other.bytes;
        chats += other.chats;
        tornBytes += other.tornBytes;
        stalls += other.stalls;
        stalledMillis += other.stalledMillis;
        reasons.merge(other.reasons);
        messageBytes.merge(other.messageBytes);
        waitMillis.merge(other.waitMillis);
        chatMillis.merge(other.chatMillis);
        chatMessages.merge(other.chatMessages);
        series.merge(other.series);
    }

    private boolean counts(long millis, boolean inRun, int column) {
        boolean counts = counts(millis, inRun);
        if (counts && millis != Times.UNKNOWN) {
            series.add(millis, column, 1);
        }
        return counts;
    }

    private boolean counts(long millis, boolean inRun) {
        if (inRun && millis != Times.UNKNOWN) {
            linesFrom = linesFrom == Times.UNKNOWN ? millis : linesFrom;
            linesTo = Math.max(linesTo, millis);
        }
        if (!includes(millis)) {
            return false;
        }
        seen(millis);
        return true;
    }

    /** A time that nobody can read is in the range of everything only. */
    private boolean includes(long millis) {
        return millis >= from && millis < to || millis == Times.UNKNOWN && from == Times.UNKNOWN;
    }

    private void seen(long millis) {
        if (millis == Times.UNKNOWN) {
            withoutTime++;
            return;
        }
        first = Math.min(first, millis);
        last = Math.max(last, millis);
    }

    private void edge(int kind, long millis) {
        if (millis != Times.UNKNOWN) {
            endLines();
            edges.add(kind, millis, millis);
        }
    }

    /** The lines of a run since the last start or stop become one entry. */
    private void endLines() {
        if (linesFrom != Times.UNKNOWN) {
            edges.add(Edges.LINES, linesFrom, linesTo);
            linesFrom = Times.UNKNOWN;
            linesTo = Times.UNKNOWN;
        }
    }

    private void mark(long millis, Mark.Kind kind, String id, String text) {
        if (millis != Times.UNKNOWN) {
            marks.add(new Mark(millis, kind, id, text));
        }
    }

    private static void add(LogHistogram histogram, long value) {
        if (value >= 0) {
            histogram.add(value);
        }
    }
}
