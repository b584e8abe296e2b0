package loomchat.report.scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.EventSeries;
import loomchat.report.series.LogTimes;

/**
 * Reads canonical lines of {@code chat-logs.jsonl} in the buffer, at fixed offsets, and checks every byte:
 * {@link ChatJsonReader} reads every line that it accepts in the same way. One scanning thread owns it. Numbers and
 * strings of a canonical line are short, so it never looks further than {@link ByteWords#SLACK} bytes behind where
 * the line began.
 */
public final class ChatLineReader extends LineReader<ChatTotals> {
    private static final int NO = -1;
    private static final int NAME_AT = 44;
    private static final int LONGEST_STRING = 100;

    private static final long Z_EVENT = ByteWords.word("Z\",\"even");
    private static final int KEY_END = (int) ByteWords.word("t\":\"----");
    private static final int MESSAGE = name("Mess");
    private static final int CONNECTION = name("New ");
    private static final int MATCHED = name("Matc");
    private static final int CHAT = name("Chat");
    private static final int DISCONNECTED = name("Disc");

    // `Message Relay","details":"Message size: 500 bytes","seq":42,"session":12,"pair":7,"bytes":500}`
    private static final long RELAY_1 = ByteWords.word("Message ");
    private static final long RELAY_2 = ByteWords.word("Relay\",\"");
    private static final long RELAY_3 = ByteWords.word("details\"");
    private static final long RELAY_4 = ByteWords.word(":\"Messag");
    private static final long RELAY_5 = ByteWords.word("e size: ");
    private static final long SEQ_1 = ByteWords.word(" bytes\",");
    private static final long SEQ_2 = ByteWords.word("\"seq\":--") & 0xFFFF_FFFF_FFFFL;
    private static final long SESSION_1 = ByteWords.word(",\"sessio");
    private static final long SESSION_2 = ByteWords.word("n\":-----") & 0xFF_FFFFL;
    private static final long PAIR_1 = ByteWords.word(",\"pair\":");
    private static final long BYTES_1 = ByteWords.word(",\"bytes\"");

    private static final byte[] CONNECTION_HEAD = ascii("New Connection\",\"details\":\"");
    private static final byte[] MATCHED_HEAD = ascii("Matched\",\"details\":\"");
    private static final byte[] CHAT_HEAD = ascii("Chat Ended\",\"details\":\"");
    private static final byte[] DISCONNECTED_HEAD = ascii("Disconnected\",\"details\":\"");
    private static final byte[] SEQ = ascii(",\"seq\":");
    private static final byte[] SESSION = ascii(",\"session\":");
    private static final byte[] PAIR = ascii(",\"pair\":");
    private static final byte[] PARTNER = ascii(",\"partner\":");
    private static final byte[] WAITED = ascii(",\"waitedMillis\":");
    private static final byte[] BYTES = ascii(",\"bytes\":");
    private static final byte[] PROTOCOL = ascii(",\"protocol\":\"");
    private static final byte[] REASON = ascii(",\"reason\":\"");
    private static final byte[] CHAT_MILLIS = ascii(",\"chatMillis\":");
    private static final byte[] MESSAGES = ascii(",\"messages\":");
    private static final byte[] CODE = ascii(",\"code\":");
    private static final byte[] SESSION_MILLIS = ascii(",\"sessionMillis\":");
    private static final byte[] DROPPED = ascii(",\"dropped\":");
    private static final byte[] BLOCK = ascii("block");
    private static final byte[] END = ascii("}\n");

    private final ChatJsonReader json;
    private final LineTime time = new LineTime();

    // The position in the line; `ok` turns false when the line is not canonical.
    private byte[] bytes;
    private int at;
    private boolean ok;

    public ChatLineReader(ChatTotals totals) {
        super(totals);
        this.json = new ChatJsonReader(totals);
    }

    @Override
    boolean readJson(byte[] buffer, int from, int to) {
        return json.read(buffer, from, to);
    }

    @Override
    int readCanonical(byte[] buffer, int start, int limit) {
        long millis = time.read(buffer, start);
        long key = ByteWords.word(buffer, start + NAME_AT - 4);
        if (millis == LogTimes.UNKNOWN || ByteWords.word(buffer, start + 32) != Z_EVENT || (int) key != KEY_END) {
            return NO;
        }
        int name = (int) (key >>> 32);
        if (name == MESSAGE) {
            return message(buffer, start + NAME_AT, limit, millis);
        }
        bytes = buffer;
        at = start + NAME_AT;
        ok = true;
        if (name == CONNECTION) {
            return connection(limit, millis);
        }
        if (name == MATCHED) {
            return matched(limit, millis);
        }
        if (name == CHAT) {
            return chatEnded(limit, millis);
        }
        return name == DISCONNECTED ? disconnected(limit, millis) : NO;
    }

    /** Nearly every line is a message, so it is read without the fields above. */
    private int message(byte[] b, int start, int limit, long millis) {
        if (ByteWords.word(b, start) != RELAY_1
                || ByteWords.word(b, start + 8) != RELAY_2
                || ByteWords.word(b, start + 16) != RELAY_3
                || ByteWords.word(b, start + 24) != RELAY_4
                || ByteWords.word(b, start + 32) != RELAY_5) {
            return NO;
        }
        int p = skipNumber(b, start + 40);
        if (p == NO || ByteWords.word(b, p) != SEQ_1 || (ByteWords.word(b, p + 8) & 0xFFFF_FFFF_FFFFL) != SEQ_2) {
            return NO;
        }
        p = skipNumber(b, p + 14);
        if (p == NO || ByteWords.word(b, p) != SESSION_1 || (ByteWords.word(b, p + 8) & 0xFF_FFFFL) != SESSION_2) {
            return NO;
        }
        p = skipNumber(b, p + 11);
        if (p == NO || ByteWords.word(b, p) != PAIR_1) {
            return NO;
        }
        p = skipNumber(b, p + 8);
        if (p == NO || ByteWords.word(b, p) != BYTES_1 || b[p + 8] != ':') {
            return NO;
        }
        int from = p + 9;
        p = skipNumber(b, from);
        if (p == NO || b[p] != '}' || b[p + 1] != '\n' || p + 2 > limit) {
            return NO;
        }
        totals.message(millis, true, number(b, from, p - from));
        return p + 2;
    }

    private int connection(int limit, long millis) {
        begin(CONNECTION_HEAD);
        skip(SESSION);
        string(PROTOCOL);
        if (ends(limit)) {
            totals.connection(millis, true);
            return at;
        }
        return NO;
    }

    private int matched(int limit, long millis) {
        begin(MATCHED_HEAD);
        skip(SESSION);
        skip(PAIR);
        skip(PARTNER);
        long waited = value(WAITED);
        if (ends(limit)) {
            totals.match(millis, true, waited);
            return at;
        }
        return NO;
    }

    private int chatEnded(int limit, long millis) {
        begin(CHAT_HEAD);
        skip(SESSION);
        skip(PAIR);
        int reasonFrom = at + REASON.length;
        string(REASON);
        int reasonTo = at - 1;
        long lasted = value(CHAT_MILLIS);
        long messages = value(MESSAGES);
        skip(BYTES);
        // Lines of older versions have none.
        if (ok && bytes[at] == ',') {
            skip(PARTNER);
        }
        if (ends(limit)) {
            boolean blocked = Arrays.equals(bytes, reasonFrom, reasonTo, BLOCK, 0, BLOCK.length);
            totals.chatEnded(millis, true, lasted, messages, blocked);
            totals.event(millis, EventSeries.CHAT_ENDED, bytes, reasonFrom, reasonTo);
            return at;
        }
        return NO;
    }

    private int disconnected(int limit, long millis) {
        begin(DISCONNECTED_HEAD);
        skip(SESSION);
        int reasonFrom = at + REASON.length;
        string(REASON);
        int reasonTo = at - 1;
        skip(CODE);
        skip(SESSION_MILLIS);
        skip(MESSAGES);
        skip(DROPPED);
        if (!ends(limit)) {
            return NO;
        }
        if (totals.disconnect(millis, true)) {
            totals.reasons().add(bytes, reasonFrom, reasonTo);
            totals.event(millis, EventSeries.DISCONNECTED, bytes, reasonFrom, reasonTo);
        }
        return at;
    }

    private void begin(byte[] head) {
        string(head);
        skip(SEQ);
    }

    private boolean ends(int limit) {
        literal(END);
        return ok && at <= limit;
    }

    private void literal(byte[] expected) {
        ok = ok && Arrays.equals(bytes, at, at + expected.length, expected, 0, expected.length);
        at += ok ? expected.length : 0;
    }

    /** A string of plain ASCII without escapes, after a key that ends with its opening quote. */
    private void string(byte[] key) {
        literal(key);
        for (int end = at; ok && end < at + LONGEST_STRING; end++) {
            byte each = bytes[end];
            if (each == '"') {
                at = end + 1;
                return;
            }
            if (each < ' ' || each == '\\') {
                break;
            }
        }
        ok = false;
    }

    private void skip(byte[] key) {
        literal(key);
        int end = ok ? skipNumber(bytes, at) : NO;
        ok = end != NO;
        at = ok ? end : at;
    }

    private long value(byte[] key) {
        int from = at + key.length;
        skip(key);
        return ok ? number(bytes, from, at - from) : 0;
    }

    /** The position after a whole number of 1 to 15 digits that JSON allows, or -1. */
    private static int skipNumber(byte[] b, int from) {
        long word = ByteWords.word(b, from);
        int digits = ByteWords.digits(word);
        if (digits == 0 || (word & 0xFF) == '0' && digits > 1) {
            return NO;
        }
        if (digits < 8) {
            return from + digits;
        }
        int more = ByteWords.digits(ByteWords.word(b, from + 8));
        return more == 8 ? NO : from + 8 + more;
    }

    private static long number(byte[] b, int from, int digits) {
        if (digits <= 8) {
            return ByteWords.number(ByteWords.word(b, from), digits);
        }
        long number = ByteWords.number(ByteWords.word(b, from), 8);
        for (int i = from + 8; i < from + digits; i++) {
            number = number * 10 + b[i] - '0';
        }
        return number;
    }

    private static int name(String four) {
        return (int) ByteWords.word(four + "----");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
