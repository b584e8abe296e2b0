package loomchat.loadtest.client;

import java.io.IOException;
import loomchat.loadtest.identity.Caller;
import loomchat.loadtest.identity.Credentials;
import loomchat.loadtest.identity.IdentityVisit;
import loomchat.loadtest.identity.VisitorIdentity;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.target.Dialer;
import loomchat.loadtest.target.FailureKind;
import loomchat.loadtest.target.Route;
import loomchat.loadtest.verify.ChatSide;
import loomchat.net.Loop;
import loomchat.ws.HandshakeRefused;
import loomchat.ws.WebSocketClient;

/**
 * A user's connection to the server, or several one after the other where the persona breaks it and comes back. The
 * user's thread dials, cuts and closes; the sender writes to the current one.
 */
final class UserConnection implements IdentityVisit.Wire {
    private static final int PROOF_OF_WORK_NEEDED = 428;

    private final RunContext context;
    private final int user;
    private final Persona persona;
    private final Loop loop;
    /** Null for a guest. */
    private final VisitorIdentity identity;

    private final Route route;

    /** The socket that was dialled last. User's thread only. */
    private WebSocketClient dialled;

    private boolean counted;
    /** The socket to send on; null while away. */
    private volatile WebSocketClient socket;

    private volatile int cuts;

    UserConnection(RunContext context, int user, Persona persona, Loop loop, VisitorIdentity identity, Route route) {
        this.context = context;
        this.user = user;
        this.persona = persona;
        this.loop = loop;
        this.identity = identity;
        this.route = route;
    }

    /** The next {@link #dial} goes to another server, where users may. */
    void goElsewhere() {
        route.goElsewhere();
    }

    /** Of the servers that number their chats together. */
    int numbering() {
        return route.numbering();
    }

    /** Connects and counts. Nothing is sent before {@link #up}. */
    WebSocketClient dial() throws IOException, InterruptedException {
        Dialer dialer = route.here();
        Credentials credentials = identity == null ? dialer.credentials() : identity.credentials();
        context.counters.attempts.increment();
        try {
            try {
                connect(dialer, credentials);
            } catch (HandshakeRefused e) {
                if (e.status() != PROOF_OF_WORK_NEEDED) {
                    throw e;
                }
                context.errors.serverError("work-required");
                Caller caller = new Caller(loop, credentials.source());
                connect(dialer, credentials.with(dialer.sessions().work(caller)));
            }
        } catch (IOException e) {
            failed(e);
            throw e;
        }
        letIn();
        context.counters.connected.increment();
        context.counters.opened();
        counted = false;
        return dialled;
    }

    private void connect(Dialer dialer, Credentials credentials) throws IOException {
        long begin = System.nanoTime();
        dialled = dialer.connect(persona, loop, credentials);
        context.latency.record(LatencyKind.CONNECT, user, System.nanoTime() - begin);
    }

    private void failed(IOException e) {
        int status = e instanceof HandshakeRefused refused ? refused.status() : 0;
        if (isGuest() && status == 401 && context.identities.guestRefused()) {
            return;
        }
        if (context.kills && FailureKind.mayBeOfAKill(e)) {
            context.counters.cluster.killedConnects.increment();
        } else {
            context.counters.refused.increment();
            route.here().refused(e);
            if (identity == null || !identity.refused(status)) {
                route.here().failed(context.errors, e);
            }
        }
        if (persona.protocol() == Protocol.PLAIN && !(e instanceof HandshakeRefused)) {
            context.ledger.silentLeavers(1);
        }
    }

    private void letIn() {
        if (identity != null) {
            identity.connected();
        } else if (isGuest()) {
            context.identities.guestWelcome();
        }
    }

    /** Whether it is one of those without a token in a run with identities. */
    private boolean isGuest() {
        return context.identities != null && identity == null && !context.dialers.hasToken();
    }

    void up() {
        socket = dialled;
    }

    /** The socket to send on, or null. */
    WebSocketClient socket() {
        return socket;
    }

    /** Any thread. When the connection breaks, the user's thread sees it. */
    @Override
    public boolean send(byte[] message) {
        WebSocketClient there = socket;
        if (there == null) {
            return false;
        }
        try {
            there.sendText(message, 0, message.length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean isOpen() {
        return socket != null;
    }

    @Override
    public int connection() {
        return cuts;
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
            case VANISHED, BROKEN, PARTNER_LEFT, NOT_RESUMED, RESTARTED -> dialled.abort();
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
