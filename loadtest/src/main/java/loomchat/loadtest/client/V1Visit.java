package loomchat.loadtest.client;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.identity.IdentityVisit;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.verify.ChatSide;
import loomchat.ws.CloseCode;
import loomchat.ws.ReceiveResult;
import loomchat.ws.WebSocketClient;

/**
 * A visit with {@code chat.v1}: asks for each partner, moves on with {@code next}, and resumes the chat
 * after the persona has broken its connection, or a cluster has lost the server.
 */
final class V1Visit extends Visit {
    private static final long MOVE_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
    /** After a cut there must be time to come back and receive everything before the user goes. */
    private static final long TIME_AFTER_CUT = TimeUnit.SECONDS.toNanos(2);

    private final V1Receiver receiver;
    private final V1Reconnect reconnect;
    private long findAt = NEVER;

    V1Visit(
            RunContext context,
            Persona persona,
            UserConnection connection,
            V1Receiver receiver,
            long off,
            SplittableRandom random) {
        super(context, persona, connection, receiver, off, random);
        this.receiver = receiver;
        this.reconnect = new V1Reconnect(context, connection, receiver);
        receiver.numbering = connection.numbering();
    }

    @Override
    void begin() throws IOException {
        find();
    }

    private void find() throws IOException {
        findAt = NEVER;
        receiver.searching();
        send(connection.socket(), V1Message.FIND);
    }

    private static void send(WebSocketClient socket, byte[] message) throws IOException {
        socket.sendText(message, 0, message.length);
    }

    @Override
    ChatSide.End act(long now) throws IOException, InterruptedException {
        if (receiver.identity != null && receiver.identity.leaves()) {
            return ChatSide.End.LEFT;
        }
        if (receiver.partnerLeft) {
            receiver.partnerLeft = false;
            findAt = persona.leaving().again() ? now + persona.leaving().pause().sample(random) : NEVER;
        }
        if (receiver.moving && receiver.isSearching()) {
            context.counters.cluster.moved.increment();
            V1Reconnect.pause(MOVE_PAUSE);
            return goOn();
        }
        if (now >= findAt) {
            find();
        } else if (now >= chatOver() && receiver.toLeave != receiver.current) {
            if (persona.leaving().vanishes()) {
                return ChatSide.End.VANISHED;
            }
            next();
        } else if (now >= cutAt && mayCut()) {
            return cut();
        }
        return null;
    }

    private boolean mayCut() {
        return receiver.current.isMatched() && receiver.toLeave != receiver.current;
    }

    @Override
    long nextTime() {
        if (receiver.partnerLeft) {
            // It came together with the answer to a resume.
            return System.nanoTime();
        }
        long over = receiver.toLeave == receiver.current ? NEVER : chatOver();
        long glance = receiver.identity == null ? NEVER : receiver.identity.glance();
        long look = glance == NEVER ? NEVER : System.nanoTime() + glance;
        return Math.min(Math.min(findAt, look), Math.min(over, mayCut() ? cutAt : NEVER));
    }

    /** Ends the session on the way out, now and then: the server closes the connection then. */
    @Override
    ChatSide.End leave() throws IOException, InterruptedException {
        IdentityVisit identity = receiver.identity;
        if (identity == null || !identity.endsSession() || !identity.endSession()) {
            return ChatSide.End.LEFT;
        }
        long deadline = System.nanoTime() + IdentityVisit.CLOSED_WITHIN;
        while (System.nanoTime() < deadline) {
            if (connection.socket().receive(receiver, deadline) == ReceiveResult.CLOSED) {
                boolean runOver = context.clock.isDrained() && connection.closeCode() == CloseCode.NORMAL;
                return runOver ? ChatSide.End.RUN_OVER : closed();
            }
        }
        context.ledger.violation("a session that was ended and whose connection is open", "user " + receiver.user);
        return ChatSide.End.EXPELLED;
    }

    @Override
    ChatSide.End closed() throws IOException, InterruptedException {
        V1ChatSide chat = receiver.current();
        chat.closedAsTooFast = chat.wasTooFast && connection.closeCode() == CloseCode.POLICY_VIOLATION;
        if (receiver.identity != null) {
            return closed(receiver.identity.closed(connection.closeCode(), receiver.closeReason));
        }
        if (receiver.moving && connection.closeCode() == CloseCode.GOING_AWAY) {
            context.counters.cluster.moved.increment();
            return goOn();
        }
        return isOfAKill(connection.closeCode()) ? goOn() : super.closed();
    }

    private ChatSide.End closed(IdentityVisit.Closing closing) throws IOException, InterruptedException {
        return switch (closing) {
            case OTHER -> super.closed();
            case LOCKED_OUT -> {
                context.counters.broken.increment();
                yield ChatSide.End.BROKEN;
            }
            case EXPECTED -> expelled();
            case COMES_BACK -> mayCut() ? comeBack() : expelled();
        };
    }

    private ChatSide.End expelled() {
        context.counters.closedAsExpected.increment();
        return ChatSide.End.EXPELLED;
    }

    /** A connection that ends without a close frame ends without a reason. */
    @Override
    ChatSide.End broken(IOException e) throws InterruptedException {
        if (receiver.identity == null && isOfAKill(CloseCode.ABNORMAL)) {
            return goOn();
        }
        boolean expected = receiver.identity != null
                && receiver.identity.closed(CloseCode.ABNORMAL, "") == IdentityVisit.Closing.EXPECTED;
        return expected ? expelled() : super.broken(e);
    }

    /** The token has expired in a chat: resumes it, with a fresh one. */
    private ChatSide.End comeBack() throws IOException, InterruptedException {
        context.counters.closedAsExpected.increment();
        context.counters.cuts.increment();
        context.counters.away.increment();
        try {
            long now = System.nanoTime();
            connection.cut();
            return resume(now);
        } finally {
            context.counters.away.decrement();
        }
    }

    /** Another server takes over: goes on there, in the same chat if there is one; how the visit ends, or null. */
    private ChatSide.End goOn() throws InterruptedException {
        long now = System.nanoTime();
        context.counters.away.increment();
        try {
            connection.cut();
            if (mayCut()) {
                return resume(now);
            }
            searchElsewhere();
            return null;
        } catch (IOException e) {
            // No server has let this user in as long as it wanted to stay.
            return context.clock.isDrained() ? ChatSide.End.RUN_OVER : ChatSide.End.VANISHED;
        } finally {
            context.counters.away.decrement();
        }
    }

    private void searchElsewhere() throws IOException, InterruptedException {
        if (receiver.current.isMatched()) {
            // It was leaving; whether the server has heard of it is not known.
            receiver.endChat(ChatSide.End.VANISHED);
            receiver.searchesAgain();
        } else if (receiver.isSearching()) {
            // The server may have matched it without being able to announce it.
            context.ledger.silentLeavers(1);
        }
        WebSocketClient socket = reconnect.dial(goneAt());
        connection.up();
        if (receiver.isSearching()) {
            receiver.searchesAgain();
            send(socket, V1Message.FIND);
        }
        LockSupport.unpark(receiver.sendingThread);
    }

    /** The sender sends {@code next}, behind all of its messages. */
    private void next() throws IOException {
        receiver.toLeave = receiver.current;
        context.counters.searches.increment();
        LockSupport.unpark(receiver.sendingThread);
    }

    /** Breaks the connection and resumes after a while; how the visit ends if that fails, or null. */
    private ChatSide.End cut() throws IOException, InterruptedException {
        long now = System.nanoTime();
        long away = persona.connection().away().sample(random);
        if (now + away + TIME_AFTER_CUT > goneAt()) {
            cutAt = nextCut(now);
            return null;
        }
        if (away >= receiver.resumeNanos) {
            return ChatSide.End.VANISHED;
        }
        context.counters.cuts.increment();
        context.counters.away.increment();
        ChatSide.End over;
        try {
            connection.cut();
            for (long left = away; left > 0; left = Math.min(now + away, context.clock.end()) - System.nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, context.clock.glance()));
            }
            over = resume(now);
        } finally {
            context.counters.away.decrement();
        }
        cutAt = nextCut(System.nanoTime());
        return over;
    }

    /** Resumes the chat of the connection that was lost then; how the visit ends if there is no other, or null. */
    private ChatSide.End resume(long lostAt) throws IOException, InterruptedException {
        boolean resumed;
        try {
            resumed = reconnect.resume(lostAt);
        } catch (IOException e) {
            if (!context.kills || context.clock.isDrained()) {
                throw e;
            }
            context.counters.cluster.resumesFailed.increment();
            return ChatSide.End.VANISHED;
        }
        connection.up();
        if (receiver.identity != null) {
            receiver.identity.reconnected(resumed);
        }
        if (resumed) {
            context.counters.resumed.increment();
        } else {
            receiver.endChat(refused(lostAt));
            findAt = System.nanoTime() + persona.leaving().pause().sample(random);
        }
        LockSupport.unpark(receiver.sendingThread);
        return null;
    }

    /** How the chat of the connection that was lost then has ended, which the server has not resumed. */
    private ChatSide.End refused(long lostAt) {
        // When the run is over, the partner may have left before.
        if (System.nanoTime() > lostAt + receiver.resumeNanos || context.clock.isDrained()) {
            return ChatSide.End.VANISHED;
        }
        if (!receiver.isOfAnEarlierRun()) {
            return ChatSide.End.NOT_RESUMED;
        }
        context.counters.broken.increment();
        context.errors.broke(
                "lost as the server was started again",
                "user %d, chat %d".formatted(receiver.user, receiver.current.number()),
                true);
        return ChatSide.End.RESTARTED;
    }
}
