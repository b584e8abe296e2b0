package loomchat.report.series;

import java.util.List;

/** What is counted of the lines of {@code chat-logs.jsonl}, in the order of rollups. */
public enum ChatCount {
    CONNECTIONS("connections"),
    MATCHES("matches"),
    MESSAGES("messages"),
    DISCONNECTS("disconnects"),
    BYTES("bytes"),
    CHATS("chats"),
    TORN_BYTES("tornBytes"),
    STALLS("stalls"),
    STALLED_MILLIS("stalledMillis");

    /** Those that are also counted by bucket of time. They come first: their ordinals are the columns of the series. */
    public static final List<ChatCount> IN_SERIES = List.of(CONNECTIONS, MATCHES, MESSAGES, DISCONNECTS, BYTES);

    /** The name in rollups, and in {@code /report.json} and {@code /report.csv} for those of the series. */
    public final String key;

    ChatCount(String key) {
        this.key = key;
    }
}
