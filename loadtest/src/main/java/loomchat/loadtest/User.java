package loomchat.loadtest;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import loomchat.net.Loop;
import loomchat.ws.HandshakeRefused;
import loomchat.ws.Received;
import loomchat.ws.WebSocketClient;

/**
 * One simulated person, on a virtual thread: comes when the schedule says so, connects, reads, leaves the way its persona
 * does, and comes back. The thread reads the connection and decides when it ends; a {@link Speaker} beside it sends. It may
 * block on its own socket and on timers, always until a deadline.
 */
final class User implements Runnable {
    private static final Duration JOIN = Duration.ofSeconds(5);
    private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MOST_RETRY = TimeUnit.SECONDS.toNanos(5);

    private final Play play;
    private final int number;
    private final int personaIndex;
    private final Persona persona;
    private final List<Schedule.Turn> turns;
    private final Loop loop;
    private final SplittableRandom random;

    /** The connection that is on, or null. */
    private volatile Inbox inbox;

    // The user's thread
    private int chats;
    private int failures;
    private long leaveChatAt;
    private Chat timed;

    User(Play play, int number, int personaIndex, Persona persona, List<Schedule.Turn> turns, Loop loop, long seed) {
        this.play = play;
        this.number = number;
        this.personaIndex = personaIndex;
        this.persona = persona;
        this.turns = turns;
        this.loop = loop;
        this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
    }

    /** The chat that is on, or null. Any thread. */
    Chat chat() {
        Inbox now = inbox;
        Chat chat = now == null ? null : now.current;
        return chat != null && chat.isMatched() ? chat : null;
    }

    @Override
    public void run() {
        try {
            for (Schedule.Turn each : turns) {
                play(play.clock().start + each.on(), play.clock().start + each.off());
            }
        } catch (InterruptedException e) {
            // The run is over and nobody waits for this user.
        }
    }

    private void play(long on, long off) throws InterruptedException {
        sleepUntil(on);
        while (System.nanoTime() < Math.min(off, play.clock().end())) {
            session(off);
            if (!persona.again()) {
                return;
            }
            long pause = persona.pause().sample(random);
            sleepUntil(Math.min(off, System.nanoTime() + Math.max(pause, retryDelay())));
        }
    }

    /** After failures in a row, longer and longer. */
    private long retryDelay() {
        return failures == 0 ? 0 : random.nextLong(1, 1 + Math.min(MOST_RETRY, FIRST_RETRY << Math.min(failures, 10)));
    }

    /** Sleeps at most until the end of the run, looking now and then whether it came early. */
    private void sleepUntil(long time) throws InterruptedException {
        for (long left = time - System.nanoTime();
                left > 0;
                left = Math.min(time, play.clock().end()) - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, play.clock().glance()));
        }
    }

    private void session(long off) throws InterruptedException {
        if (random.nextInt(100) < persona.abandons()) {
            abandon();
            return;
        }
        long begin = System.nanoTime();
        play.tally().attempts.increment();
        try {
            WebSocketClient socket = play.dialer().connect(persona.pongs(), loop);
            failures = 0;
            play.latency().connect.record(number, System.nanoTime() - begin);
            converse(socket, off);
        } catch (IOException e) {
            failures++;
            play.tally().refused.increment();
            play.errors().connectFailed(e);
            if (!(e instanceof HandshakeRefused)) {
                play.ledger().silentLeavers(1);
            }
        }
    }

    private void abandon() {
        try {
            play.dialer().abandon();
            play.tally().abandoned.increment();
        } catch (IOException e) {
            play.errors().connectFailed(e);
        }
    }

    /** One connection, from here to its end; whatever happens, it is counted and settled once. */
    private void converse(WebSocketClient socket, long off) throws InterruptedException {
        play.tally().connected.increment();
        play.tally().connections.increment();
        Inbox inbox = new Inbox(play, number, persona, ++chats);
        this.inbox = inbox;
        Speaker speaker = new Speaker(play, number, personaIndex, persona, socket, inbox, random.split());
        Thread speaking = persona.sends() ? loop.start(speaker) : null;
        Chat.End end = Chat.End.BROKEN;
        try {
            end = read(socket, inbox, goneAt(off), off);
        } catch (IOException e) {
            end = broken(e, inbox);
        } finally {
            speaker.stop();
            this.inbox = null;
            leave(socket, end);
            settle(inbox, end, speaking);
            count(socket);
        }
    }

    private long goneAt(long off) {
        return persona.life() == null
                ? off
                : Math.min(off, System.nanoTime() + persona.life().sample(random));
    }

    /** Reads until it is time to go or the connection ends; how it ended. */
    private Chat.End read(WebSocketClient socket, Inbox inbox, long goneAt, long off)
            throws IOException, InterruptedException {
        while (true) {
            long now = System.nanoTime();
            long end = play.clock().end();
            if (now >= end) {
                if (play.clock().isDrained()) {
                    return Chat.End.RUN_OVER;
                }
            } else if (now >= Math.min(goneAt, chatOver(inbox)) || inbox.partnerLeft && persona.again()) {
                return persona.vanishes() && now < off ? Chat.End.VANISHED : Chat.End.LEFT;
            }
            long next = now >= end ? Long.MAX_VALUE : Math.min(Math.min(goneAt, end), chatOver(inbox));
            if (socket.receive(inbox, Math.min(next, now + play.clock().glance())) == Received.CLOSED) {
                return closed(socket, inbox);
            }
            if (persona.readPause() != null && now < end) {
                TimeUnit.NANOSECONDS.sleep(persona.readPause().sample(random));
            }
        }
    }

    /** When this user has had enough of the chat that is on. */
    private long chatOver(Inbox inbox) {
        Chat chat = inbox.current;
        if (persona.chat() == null || !chat.isMatched()) {
            return Long.MAX_VALUE;
        }
        if (chat != timed) {
            timed = chat;
            leaveChatAt = chat.matchedAt + persona.chat().sample(random);
        }
        return leaveChatAt;
    }

    private Chat.End closed(WebSocketClient socket, Inbox inbox) {
        if (persona.mayBeClosed()) {
            play.tally().closedAsExpected.increment();
            return Chat.End.EXPELLED;
        }
        play.tally().broken.increment();
        play.errors().closed(socket.closeCode(), inbox.closeReason, inbox.current.isMatched());
        return Chat.End.BROKEN;
    }

    private Chat.End broken(IOException e, Inbox inbox) {
        if (persona.mayBeClosed()) {
            play.tally().closedAsExpected.increment();
            return Chat.End.EXPELLED;
        }
        play.tally().broken.increment();
        play.errors().broke(e, inbox.current.isMatched());
        return Chat.End.BROKEN;
    }

    private static void leave(WebSocketClient socket, Chat.End end) {
        switch (end) {
            case LEFT, RUN_OVER, EXPELLED -> socket.close(1000, "");
            case VANISHED, BROKEN, PARTNER_LEFT -> socket.abort();
        }
    }

    /** Hands over this side of the last chat, when the speaker has let go of it. */
    private void settle(Inbox inbox, Chat.End end, Thread speaking) throws InterruptedException {
        if (speaking != null && !speaking.join(JOIN)) {
            play.errors().protocol("a send did not end with its connection", "user " + number);
            return;
        }
        for (Chat over = inbox.ended.poll(); over != null; over = inbox.ended.poll()) {
            play.ledger().ended(over);
        }
        Chat last = inbox.current;
        if (last.isMatched()) {
            play.tally().chatting.decrement();
        }
        last.end = end;
        play.ledger().ended(last);
        chats = last.number;
    }

    private void count(WebSocketClient socket) {
        play.tally().connections.decrement();
        play.tally().wireIn.add(socket.bytesIn());
        play.tally().wireOut.add(socket.bytesOut());
    }
}
