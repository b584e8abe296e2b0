package loomchat.chat;

import java.io.IOException;
import java.util.List;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * One visitor's place: what the matchmaker and the partner deal with. A {@link Session} is its own place; a visitor who
 * speaks {@code chat.v1} has a {@link RichSeat}, which outlives a broken connection.
 *
 * <p>What is sent to the visitor's client is sent inside {@link #inSendOrder}, one action at a time; such an action never
 * begins one of another seat, so that two partners cannot wait for each other.
 */
interface Seat {
    Chat chat();

    /** The number of the visitor's session in the record. */
    long id();

    // Written under the matchmaker's lock

    Pair pair();

    void pair(Pair now);

    /** On the monotonic clock. */
    long waitingSince();

    void waitingSince(long millis);

    /** Whether the visitor is gone for good. */
    boolean removed();

    void remove();

    /** Whom the visitor has met; null for one who meets nobody twice. */
    Acquaintances acquaintances();

    /** What the visitor would like to talk about; never changed while waiting. */
    List<String> interests();

    // To the visitor's client

    /** Runs {@code action} while nobody else sends to this client. */
    void inSendOrder(WebSocket.SendAction action) throws IOException;

    /** Waits until what the partner is just sending here is sent and recorded. */
    void settle();

    /** In send order: there is a partner. */
    void sendMatched(Pair pair) throws IOException;

    /** In send order: the pair is over because the partner ended it. */
    void sendLeft(Pair pair, Left why) throws IOException;

    /**
     * Appends the frame that tells what the partner said and returns the size of its payload, which comes last.
     *
     * @param nth counts the messages in this relay, from 0
     * @param escaped whether {@code text} is the inside of a JSON string already
     */
    int appendSaid(FrameBuffer out, Pair pair, int nth, byte[] text, int offset, int length, boolean escaped);

    /** In send order: takes the messages of a relay and tells what became of them. */
    Taken take(Relay relay) throws IOException;

    /** Of a relay, the first {@code taken} messages are in good hands, and of these the first {@code sent} have gone out. */
    record Taken(int taken, int sent) {}

    // What only chat.v1 knows

    /** The partner types, or stopped. */
    default void partnerTypes(Pair pair, boolean on) {}

    /** The partner's connection broke, and may come back for some time. */
    default void partnerAway(Pair pair) {}

    default void partnerBack(Pair pair) {}

    /** The partner's client has everything up to {@code id}. */
    default void delivered(Pair pair, long id) {}

    /** Whether the visitor's connection broke and may come back. */
    default boolean isAway() {
        return false;
    }
}
