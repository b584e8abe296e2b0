package loomchat.chat.call;

/**
 * What a page tells of its call. Nobody can check it.
 *
 * @param firstFrameMillis from the agreement to the first picture or sound of the partner; 0 while there is none
 * @param relayed whether the media goes through a TURN server
 */
public record CallStats(long firstFrameMillis, boolean relayed, long bytesSent, long bytesReceived) {
    public static final CallStats NONE = new CallStats(0, false, 0, 0);

    /** What a page tells only grows. */
    boolean isBefore(CallStats other) {
        return bytesSent + bytesReceived < other.bytesSent + other.bytesReceived
                || firstFrameMillis == 0 && other.firstFrameMillis > 0;
    }

    /** As the other page would tell it. */
    CallStats fromTheOtherSide() {
        return new CallStats(firstFrameMillis, relayed, bytesReceived, bytesSent);
    }
}
