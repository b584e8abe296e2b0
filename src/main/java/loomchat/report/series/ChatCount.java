package loomchat.report.series;

import java.util.List;

/** The counters of {@code chat-logs.jsonl}, in the order in which rollups have them. */
public enum ChatCount {
    CONNECTIONS("connections"),
    MATCHES("matches"),
    MESSAGES("messages"),
    DISCONNECTS("disconnects"),
    BYTES("bytes"),
    CALLS("calls"),
    CALLS_ENDED("callsEnded"),
    /** Of those that ended: some page told a first frame. */
    CALLS_CONNECTED("callsConnected"),
    /** Of those that were connected: the media went over a TURN server. */
    CALLS_RELAYED("callsRelayed"),
    /** Of both directions, as one of the two pages told. */
    MEDIA_BYTES("mediaBytes"),
    /** Visitors who reported their partner. */
    REPORTS("reports"),
    /** Visitors whose connection broke and who came back to their chat in time. */
    RESUMES("resumes"),
    /** Chats that ended because one side blocked the other. */
    BLOCKS("blocks"),
    CHATS("chats"),
    TORN_BYTES("tornBytes"),
    STALLS("stalls"),
    STALLED_MILLIS("stalledMillis");

    /** The counters that the series has, too. They come first: their ordinals are its columns. */
    public static final List<ChatCount> IN_SERIES = List.of(
            CONNECTIONS,
            MATCHES,
            MESSAGES,
            DISCONNECTS,
            BYTES,
            CALLS,
            CALLS_ENDED,
            CALLS_CONNECTED,
            CALLS_RELAYED,
            MEDIA_BYTES,
            REPORTS,
            RESUMES,
            BLOCKS);

    /** The name in rollups; those of the series have it in {@code /report.json} and {@code /report.csv}, too. */
    public final String key;

    ChatCount(String key) {
        this.key = key;
    }
}
