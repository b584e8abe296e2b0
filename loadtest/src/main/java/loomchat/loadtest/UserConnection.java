package loomchat.loadtest;

import java.io.IOException;
import loomchat.net.Loop;
import loomchat.ws.HandshakeRefused;
import loomchat.ws.WebSocketClient;

/**
 * A user's connection to the server: one after the other when the persona breaks it and comes back. The user's thread dials,
 * cuts and closes; the speaker sends on what there is.
 */
final class UserConnection {
    private final RunContext play;
    private final int user;
    private final Persona persona;
    private final Loop loop;

    /** The user's thread: what was dialled last. */
    private WebSocketClient dialled;

    private boolean counted;
    /** What messages can be sent on; null while away. */
    private volatile WebSocketClient socket;

    private volatile int cuts;

    UserConnection(RunContext play, int user, Persona persona, Loop loop) {
        this.play = play;
        this.user = user;
        this.persona = persona;
        this.loop = loop;
    }

    /** Connects; everything about it is counted. Nobody sends on it before {@link #up}. */
    WebSocketClient dial() throws IOException {
        long begin = System.nanoTime();
        play.tally().attempts.increment();
        try {
            dialled = play.dialer().connect(persona, loop);
        } catch (IOException e) {
            play.tally().refused.increment();
            play.errors().connectFailed(FailureKind.of(e), e.toString());
            if (persona.protocol() == Protocol.PLAIN && !(e instanceof HandshakeRefused)) {
                play.ledger().silentLeavers(1);
            }
            throw e;
        }
        play.latency().connect.record(user, System.nanoTime() - begin);
        play.tally().connected.increment();
        play.tally().connections.increment();
        counted = false;
        return dialled;
    }

    void up() {
        socket = dialled;
    }

    /** The socket to send on, or null. */
    WebSocketClient socket() {
        return socket;
    }

    /** How often it has been cut: a send that failed while this changed is no fault. */
    int cuts() {
        return cuts;
    }

    /** Breaks the connection in the middle of whatever is being sent. */
    void cut() {
        cuts++;
        socket = null;
        dialled.abort();
        count();
    }

    /** The code of the server's close frame, or 1006. */
    int closeCode() {
        return dialled.closeCode();
    }

    /** Asks the server to end the connection, which the user's thread then sees. Any thread; waits for nobody. */
    void beginEnd() {
        WebSocketClient there = socket;
        if (there != null) {
            there.beginClose(1000, "");
        }
    }

    /** Ends what {@link #beginEnd} has not ended. Any thread. */
    void forceEnd() {
        WebSocketClient there = socket;
        if (there != null) {
            there.abort();
        }
    }

    /** Ends the connection the way {@code end} says. */
    void end(ChatSide.End end) {
        switch (end) {
            case LEFT, RUN_OVER, EXPELLED -> dialled.close(1000, "");
            case VANISHED, BROKEN, PARTNER_LEFT, NOT_RESUMED -> dialled.abort();
        }
        count();
    }

    private void count() {
        if (counted) {
            return; // cut, and no new one could be dialled
        }
        counted = true;
        play.tally().connections.decrement();
        play.tally().wireBytesIn.add(dialled.bytesIn());
        play.tally().wireBytesOut.add(dialled.bytesOut());
    }
}
