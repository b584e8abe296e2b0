package loomchat.chat;

import java.util.List;

/**
 * What a visitor's server knows of its side of a chat, when the visitor goes on at another server.
 *
 * @param taken the last of its own messages that the server took
 * @param confirmed the last message of the partner that its client has confirmed
 * @param kept those after it, oldest first, without a gap, as far as they are kept
 * @param lastId the last message of the partner
 */
public record SeatState(Pair pair, long taken, long confirmed, List<Kept> kept, long lastId, long awayMillis) {
    /**
     * A message: the inside of its JSON string, and the size of its text.
     *
     * @param recorded whether it is in the log
     */
    public record Kept(byte[] text, int textBytes, boolean recorded) {}

    /** Takes the seat over; false if it cannot. */
    public interface Taker {
        boolean take(SeatState state);
    }
}
