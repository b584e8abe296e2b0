package loomchat.loadtest.client;

import java.io.IOException;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.verify.ChatSide;
import loomchat.net.Loop;
import loomchat.ws.HandshakeRefused;
import loomchat.ws.WebSocketClient;

/**
 * A user's connection to the server, or several one after the other where the persona breaks it and comes back. The
 * user's thread dials, cuts and closes; the sender writes to the current one.
 */
final class UserConnection {
    private final RunContext context;
    private final int user;
    private final Persona persona;
    private final Loop loop;

    /** The socket that was dialled last. User's thread only. */
    private WebSocketClient dialled;

    private boolean counted;
    /** The socket to send on; null while away. */
    private volatile WebSocketClient socket;

    private volatile int cuts;

    UserConnection(RunContext context, int user, Persona persona, Loop loop) {
        this.context = context;
        this.user = user;
        this.persona = persona;
        this.loop = loop;
    }

    /** Connects and counts. Nothing is sent before {@link #up}. */
    WebSocketClient dial() throws IOException {
        long begin = System.nanoTime();
        context.counters.attempts.increment();
        try {
            dialled = context.dialer.connect(persona, loop);
        } catch (IOException e) {
            context.counters.refused.increment();
            context.errors.connectFailed(FailureKind.of(e), e.toString());
            if (persona.protocol() == Protocol.PLAIN && !(e instanceof HandshakeRefused)) {
                context.ledger.silentLeavers(1);
            }
            throw e;
        }
        context.latency.record(LatencyKind.CONNECT, user, System.nanoTime() - begin);
        context.counters.connected.increment();
        context.counters.connections.increment();
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

    /** How often it has been cut: a send that fails while this changes is no fault. */
    int cuts() {
        return cuts;
    }

    /** Breaks the connection, in the middle of a send too. */
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

    /** Sends a close frame; the user's thread then sees the server's answer. Any thread; does not wait. */
    void beginEnd() {
        WebSocketClient there = socket;
        if (there != null) {
            there.beginClose(1000, "");
        }
    }

    /** Cuts the connection that {@link #beginEnd} has not ended. Any thread. */
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
            return; // cut before, and dialling again failed
        }
        counted = true;
        context.counters.connections.decrement();
        context.counters.wireBytesIn.add(dialled.bytesIn());
        context.counters.wireBytesOut.add(dialled.bytesOut());
    }
}
