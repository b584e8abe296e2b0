package loomchat.report.compare;

import loomchat.report.series.ChatCount;

/** Names for people. No state. */
final class Names {
    private Names() {}

    /** Of a latency that a load client measured. */
    static String title(String kind) {
        return switch (kind) {
            case "intended" -> "Message latency, from when due";
            case "actual" -> "Message latency, from when sent";
            case "connect" -> "Time to connect";
            case "match" -> "Time to match";
            case "signal" -> "Latency of call signals";
            default -> kind;
        };
    }

    static String total(ChatCount count) {
        return switch (count) {
            case CONNECTIONS -> "Connections";
            case MATCHES -> "Matches";
            case MESSAGES -> "Messages relayed";
            case DISCONNECTS -> "Disconnects";
            case BYTES -> "Bytes of text relayed";
            case CALLS -> "Calls";
            case CALLS_ENDED -> "Calls ended";
            case CALLS_CONNECTED -> "Calls connected";
            case CALLS_RELAYED -> "Calls relayed";
            case MEDIA_BYTES -> "Bytes of media";
            case REPORTS -> "Reports of a partner";
            case RESUMES -> "Chats resumed";
            case BLOCKS -> "Blocks";
            case CHATS -> "Chats ended";
            case TORN_BYTES -> "Bytes of damaged lines";
            case STALLS -> "Log stalls";
            case STALLED_MILLIS -> "Milliseconds of log stalls";
        };
    }
}
