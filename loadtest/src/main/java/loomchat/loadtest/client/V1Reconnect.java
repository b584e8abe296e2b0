package loomchat.loadtest.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import loomchat.ws.CloseCode;
import loomchat.ws.ReceiveResult;
import loomchat.ws.WebSocketClient;

/**
 * The way back of a user of {@code chat.v1} whose connection has ended: dials until a server is there, and resumes the
 * chat. The user's thread calls it, and blocks for little longer than the server keeps the chat.
 */
final class V1Reconnect {
    /** The server cannot resume the chat now: another one may, or the same one later. */
    private static final int TRY_AGAIN_LATER = 1013;

    private static final long ANSWER_TIMEOUT = TimeUnit.SECONDS.toNanos(15);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);
    /** So much longer than a server keeps a chat do users of a cluster try to resume it. */
    private static final long LONGER = TimeUnit.SECONDS.toNanos(10);

    private final RunContext context;
    private final UserConnection connection;
    private final V1Receiver receiver;

    V1Reconnect(RunContext context, UserConnection connection, V1Receiver receiver) {
        this.context = context;
        this.connection = connection;
        this.receiver = receiver;
    }

    /**
     * Asks for the chat over a new connection, which is not up yet, until a server answers; the old secret counts until
     * then.
     *
     * @param lostAt when the old connection ended
     * @return whether the chat was resumed
     * @throws IOException no server has answered in time
     */
    boolean resume(long lostAt) throws IOException, InterruptedException {
        String secret = receiver.secret;
        if (receiver.calls != null) {
            receiver.calls.lostAt(lostAt);
        }
        long until = lostAt + receiver.resumeNanos + (context.dialers.cluster() ? LONGER : 0);
        for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            WebSocketClient socket = dial(until);
            if (isAnswered(socket, secret, until)) {
                return receiver.resume == V1Receiver.Resume.DONE;
            }
            connection.cut();
            pause(pause);
        }
    }

    /** Dials until a connection is there, or that time is over. */
    WebSocketClient dial(long until) throws IOException, InterruptedException {
        while (true) {
            try {
                connection.goElsewhere();
                receiver.moving = false;
                return connection.dial();
            } catch (IOException e) {
                if (System.nanoTime() > until || context.clock.isDrained()) {
                    throw e;
                }
                TimeUnit.NANOSECONDS.sleep(FIRST_PAUSE);
            }
        }
    }

    /** Between tries, so that not all come at the same time. */
    static void pause(long most) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
    }

    /** False when the connection has ended and another try makes sense. */
    private boolean isAnswered(WebSocketClient socket, String secret, long until) throws IOException {
        try {
            receiver.askToResume(secret, socket);
            awaitAnswer(socket);
        } catch (PutOff e) {
            context.counters.cluster.putOff.increment();
            return goOnUnless(until, e);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!context.kills) {
                throw e;
            }
            context.counters.cluster.killedConnections.increment();
            return goOnUnless(until, e);
        }
        return true;
    }

    private static boolean goOnUnless(long until, IOException problem) throws IOException {
        if (System.nanoTime() > until) {
            throw problem;
        }
        return false;
    }

    private void awaitAnswer(WebSocketClient socket) throws IOException {
        long deadline = System.nanoTime() + ANSWER_TIMEOUT;
        while (receiver.resume == V1Receiver.Resume.ASKED) {
            if (System.nanoTime() > deadline) {
                throw new SocketTimeoutException("No answer to resume");
            }
            if (socket.receive(receiver, deadline) == ReceiveResult.CLOSED) {
                throw closed(socket.closeCode());
            }
        }
    }

    private IOException closed(int code) {
        if (receiver.identity != null) {
            receiver.identity.closed(code, receiver.closeReason);
        }
        boolean later = code == TRY_AGAIN_LATER || context.dialers.cluster() && code == CloseCode.GOING_AWAY;
        String what = "Closed instead of resumed, code " + code;
        return later ? new PutOff(what) : new IOException(what);
    }

    private static final class PutOff extends IOException {
        PutOff(String message) {
            super(message);
        }
    }
}
