package loomchat.loadtest.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.verify.ChatSide;
import loomchat.ws.ReceiveResult;
import loomchat.ws.WebSocketClient;

/**
 * A visit with {@code chat.v1}: asks for each partner, moves on with {@code next}, and resumes the chat
 * after the persona has broken its connection.
 */
final class V1Visit extends Visit {
    private static final long RESUME_TIMEOUT = TimeUnit.SECONDS.toNanos(15);
    private static final long REDIAL_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
    /** After a cut there must be time to come back and receive everything before the user goes. */
    private static final long TIME_AFTER_CUT = TimeUnit.SECONDS.toNanos(2);

    private final V1Receiver receiver;
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
        if (receiver.partnerLeft) {
            receiver.partnerLeft = false;
            findAt = persona.leaving().again() ? now + persona.leaving().pause().sample(random) : NEVER;
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
        long over = receiver.toLeave == receiver.current ? NEVER : chatOver();
        return Math.min(findAt, Math.min(over, mayCut() ? cutAt : NEVER));
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
        try {
            connection.cut();
            for (long left = away; left > 0; left = Math.min(now + away, context.clock.end()) - System.nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, context.clock.glance()));
            }
            resume(now + receiver.resumeNanos);
        } finally {
            context.counters.away.decrement();
        }
        cutAt = nextCut(System.nanoTime());
        return null;
    }

    private void resume(long inTime) throws IOException, InterruptedException {
        String secret = receiver.secret;
        WebSocketClient socket = redial(inTime);
        receiver.resume = V1Receiver.Resume.ASKED;
        send(socket, V1Message.resume(secret, receiver.current().heard));
        awaitAnswer(socket);
        connection.up();
        if (receiver.resume == V1Receiver.Resume.DONE) {
            context.counters.resumed.increment();
        } else {
            // When the run is over, the partner may have left before.
            boolean late = System.nanoTime() > inTime || context.clock.isDrained();
            receiver.endChat(late ? ChatSide.End.VANISHED : ChatSide.End.NOT_RESUMED);
            findAt = System.nanoTime() + persona.leaving().pause().sample(random);
        }
        LockSupport.unpark(receiver.sendingThread);
    }

    private WebSocketClient redial(long inTime) throws IOException, InterruptedException {
        while (true) {
            try {
                return connection.dial();
            } catch (IOException e) {
                if (System.nanoTime() > inTime) {
                    throw e;
                }
                TimeUnit.NANOSECONDS.sleep(REDIAL_PAUSE);
            }
        }
    }

    private void awaitAnswer(WebSocketClient socket) throws IOException {
        long deadline = System.nanoTime() + RESUME_TIMEOUT;
        while (receiver.resume == V1Receiver.Resume.ASKED) {
            if (System.nanoTime() > deadline) {
                throw new SocketTimeoutException("No answer to resume");
            }
            if (socket.receive(receiver, deadline) == ReceiveResult.CLOSED) {
                throw new IOException("Closed instead of resumed, code " + socket.closeCode());
            }
        }
    }
}
