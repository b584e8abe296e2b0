package loomchat.loadtest.client;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.target.FailureKind;
import loomchat.loadtest.verify.ChatSide;
import loomchat.ws.CloseCode;
import loomchat.ws.ReceiveResult;

/**
 * One visit of a user, from the connect to the end: reads, and does what the persona wants to do next. The user's
 * thread calls it, and blocks on its socket until the next thing to do. In the plain protocol and with echo: one
 * connection, one chat.
 */
class Visit {
    static final long NEVER = Long.MAX_VALUE;

    final RunContext context;
    final Persona persona;
    final UserConnection connection;
    final SplittableRandom random;
    private final Receiver receiver;
    private final long off;
    /** When this user leaves, whatever it is doing then. */
    private final long goneAt;

    /** When the next break of its connection is due. */
    long cutAt;

    private ChatSide timed;
    private long leaveChatAt;

    Visit(
            RunContext context,
            Persona persona,
            UserConnection connection,
            Receiver receiver,
            long off,
            SplittableRandom random) {
        this.context = context;
        this.persona = persona;
        this.connection = connection;
        this.receiver = receiver;
        this.off = off;
        this.random = random;
        long now = System.nanoTime();
        goneAt = persona.leaving().life() == null
                ? off
                : Math.min(off, now + persona.leaving().life().sample(random));
        cutAt = nextCut(now);
    }

    static Visit of(
            RunContext context,
            Persona persona,
            UserConnection connection,
            Receiver receiver,
            long off,
            SplittableRandom random) {
        return receiver instanceof V1Receiver v1
                ? new V1Visit(context, persona, connection, v1, off, random)
                : new Visit(context, persona, connection, receiver, off, random);
    }

    long nextCut(long now) {
        return persona.connection().cuts() == null
                ? NEVER
                : now + persona.connection().cuts().sample(random);
    }

    /** Reads until it is time to leave or the connection ends; returns how it ended. */
    final ChatSide.End untilEnd() throws InterruptedException {
        boolean begun = false;
        while (true) {
            try {
                if (!begun) {
                    begun = true;
                    begin();
                }
                return read();
            } catch (IOException e) {
                ChatSide.End over = context.clock.isDrained() ? ChatSide.End.RUN_OVER : broken(e);
                if (over != null) {
                    return over;
                }
            }
        }
    }

    private ChatSide.End read() throws IOException, InterruptedException {
        while (true) {
            long now = System.nanoTime();
            long end = context.clock.end();
            if (now >= end) {
                if (context.clock.isDrained()) {
                    return ChatSide.End.RUN_OVER;
                }
            } else if (now >= goneAt) {
                return persona.leaving().vanishes() && now < off ? ChatSide.End.VANISHED : leave();
            } else {
                ChatSide.End enough = act(now);
                if (enough != null) {
                    return enough;
                }
            }
            long next = now >= end ? NEVER : Math.min(Math.min(goneAt, end), nextTime());
            if (connection.socket().receive(receiver, next) == ReceiveResult.CLOSED) {
                ChatSide.End over = context.clock.isDrained() ? ChatSide.End.RUN_OVER : closed();
                if (over != null) {
                    return over;
                }
                continue;
            }
            if (persona.connection().readPause() != null && now < end) {
                TimeUnit.NANOSECONDS.sleep(persona.connection().readPause().sample(random));
            }
        }
    }

    /** Called after the connect. */
    void begin() throws IOException {
        context.counters.searches.increment();
    }

    /** Does what is due; returns how the visit ends, or null if it goes on. */
    ChatSide.End act(long now) throws IOException, InterruptedException {
        if (now >= cutAt && receiver.current.isMatched()) {
            return ChatSide.End.VANISHED;
        }
        boolean enough =
                now >= chatOver() || receiver.partnerLeft && persona.leaving().again();
        return !enough ? null : persona.leaving().vanishes() ? ChatSide.End.VANISHED : ChatSide.End.LEFT;
    }

    /** The next time at which {@link #act} has something to do, as far as it is known. */
    long nextTime() {
        return Math.min(chatOver(), receiver.current.isMatched() ? cutAt : NEVER);
    }

    /** When this user leaves the current chat. */
    final long chatOver() {
        ChatSide chat = receiver.current;
        if (persona.leaving().chat() == null || !chat.isMatched()) {
            return NEVER;
        }
        if (chat != timed) {
            timed = chat;
            leaveChatAt = chat.matchedAt() + persona.leaving().chat().sample(random);
        }
        return leaveChatAt;
    }

    /** The time at which the user will have left. */
    final long goneAt() {
        return Math.min(goneAt, context.clock.end());
    }

    /** Leaves for this time; returns how. */
    ChatSide.End leave() throws IOException, InterruptedException {
        return ChatSide.End.LEFT;
    }

    /** The server has closed the connection; returns how the visit ends, or null if it goes on. */
    ChatSide.End closed() throws IOException, InterruptedException {
        if (persona.mayBeClosed()) {
            context.counters.closedAsExpected.increment();
            return ChatSide.End.EXPELLED;
        }
        if (isOfAKill(connection.closeCode())) {
            return ChatSide.End.VANISHED;
        }
        context.counters.broken.increment();
        context.errors.closed(connection.closeCode(), receiver.closeReason, receiver.current.isMatched());
        return ChatSide.End.BROKEN;
    }

    /** Whether the connection ended because its server was killed on purpose, or ends; counts it then. */
    final boolean isOfAKill(int closeCode) {
        boolean killed = context.kills
                && !persona.mayBeClosed()
                && (closeCode == CloseCode.ABNORMAL || closeCode == CloseCode.GOING_AWAY);
        if (killed) {
            context.counters.cluster.killedConnections.increment();
        }
        return killed;
    }

    /** The connection broke; returns how the visit ends, or null if it goes on. */
    ChatSide.End broken(IOException e) throws InterruptedException {
        if (persona.mayBeClosed()) {
            context.counters.closedAsExpected.increment();
            return ChatSide.End.EXPELLED;
        }
        if (isOfAKill(CloseCode.ABNORMAL)) {
            return ChatSide.End.VANISHED;
        }
        context.counters.broken.increment();
        context.errors.broke(FailureKind.of(e), e.toString(), receiver.current.isMatched());
        return ChatSide.End.BROKEN;
    }
}
