package loomchat.loadtest.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.identity.Caller;
import loomchat.loadtest.identity.Forger;
import loomchat.loadtest.identity.IdentityVisit;
import loomchat.loadtest.identity.VisitorIdentity;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.Schedule;
import loomchat.loadtest.target.FailureKind;
import loomchat.loadtest.target.Route;
import loomchat.loadtest.verify.ChatSide;
import loomchat.loadtest.verify.MessagesInFlight;
import loomchat.net.Loop;
import loomchat.ws.HandshakeRefused;
import loomchat.ws.WebSocketClient;

/**
 * One simulated person, on a virtual thread: connects when the schedule says so, visits ({@link Visit}), leaves as
 * its persona does, and comes back. The thread reads the connection and decides when it ends; a {@link Sender}
 * beside it sends. It may block on its own socket and on timers, always until a deadline.
 */
public final class SimulatedUser implements Runnable, MessagesInFlight.Party {
    private static final Duration JOIN = Duration.ofSeconds(5);
    /** A refresh whose answer is lost, and the one after it. */
    private static final Duration LONGEST_REQUESTS = Duration.ofSeconds(40);

    private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MOST_RETRY = TimeUnit.SECONDS.toNanos(5);

    private final RunContext context;
    private final int number;
    private final int personaIndex;
    private final Persona persona;
    private final List<Schedule.Turn> turns;
    private final Loop loop;
    private final SplittableRandom random;
    private final Route route;

    /** Over all visits; null for a guest. */
    private final VisitorIdentity identity;

    private final Forger forger;

    /** Of the connection that is open, or null. */
    private volatile Receiver receiver;
    /** The latest connection, or null. */
    private volatile UserConnection connection;

    private volatile boolean connected;
    /** From the end of a visit until the ledger has its last chat. */
    private volatile boolean leaving;

    // The user's thread
    private int chats;
    private int failures;

    public SimulatedUser(
            RunContext context,
            int number,
            int personaIndex,
            Persona persona,
            List<Schedule.Turn> turns,
            Loop loop,
            long seed) {
        this.context = context;
        this.number = number;
        this.personaIndex = personaIndex;
        this.persona = persona;
        this.turns = turns;
        this.loop = loop;
        this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
        this.route = context.dialers.route(number, new SplittableRandom(~seed * 0x9E3779B97F4A7C15L + number));
        this.identity = persona.identity() == null
                ? null
                : new VisitorIdentity(
                        context.identities,
                        number,
                        new Caller(loop, route.here().addressOf(number)));
        this.forger = persona.forges() ? new Forger(identity, random.split()) : null;
    }

    /** Any thread. */
    @Override
    public ChatSide chat() {
        Receiver now = receiver;
        ChatSide chat = now == null ? null : now.current;
        return chat != null && chat.isMatched() ? chat : null;
    }

    /** Any thread. */
    @Override
    public boolean isLeaving() {
        Receiver now = receiver;
        return leaving || now != null && now.ended.stream().anyMatch(each -> each.hasLeft());
    }

    /** Since when this user waits for a partner, 0: it does not. Any thread. */
    long waitingSince() {
        return receiver instanceof V1Receiver now ? now.waitingSince : 0;
    }

    /** Whether it was to connect by then, and never has. Any thread. */
    public boolean neverConnected(long time) {
        return !connected
                && forger == null
                && persona.connection().abandons() < 100
                && context.clock.start() + turns.getFirst().on() <= time;
    }

    /** The run is over and everything has arrived: begins to end the connection, if there is one. Any thread. */
    public void endRun() {
        UserConnection there = connection;
        if (there != null) {
            there.beginEnd();
        }
    }

    /** Cuts the connection that {@link #endRun} could not end because the server did not answer. Any thread. */
    public void forceEnd() {
        UserConnection there = connection;
        if (there != null) {
            there.forceEnd();
        }
    }

    @Override
    public void run() {
        try {
            for (Schedule.Turn each : turns) {
                playTurn(context.clock.start() + each.on(), context.clock.start() + each.off());
            }
        } catch (InterruptedException e) {
            // The run is over and nobody waits for this user.
        }
    }

    private void playTurn(long on, long off) throws InterruptedException {
        sleepUntil(on);
        while (System.nanoTime() < Math.min(off, context.clock.end())) {
            connectAndVisit(off);
            route.goElsewhere();
            if (!persona.leaving().again()) {
                return;
            }
            long pause = persona.leaving().pause().sample(random);
            sleepUntil(Math.min(off, System.nanoTime() + Math.max(pause, retryDelay())));
        }
    }

    /** Grows with the failures in a row. */
    private long retryDelay() {
        return failures == 0 ? 0 : random.nextLong(1, 1 + Math.min(MOST_RETRY, FIRST_RETRY << Math.min(failures, 10)));
    }

    /** Sleeps at most until the end of the run, and checks now and then whether that has come early. */
    private void sleepUntil(long time) throws InterruptedException {
        for (long left = time - System.nanoTime();
                left > 0;
                left = Math.min(time, context.clock.end()) - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, context.clock.glance()));
        }
    }

    private void connectAndVisit(long off) throws InterruptedException {
        if (random.nextInt(100) < persona.connection().abandons()) {
            abandon();
            return;
        }
        if (forger != null) {
            forge();
            return;
        }
        UserConnection connection = new UserConnection(context, number, persona, loop, identity, route);
        this.connection = connection;
        try {
            connection.dial();
        } catch (IOException e) {
            failures++;
            return;
        }
        failures = 0;
        connected = true;
        connection.up();
        visit(connection, off);
    }

    private void abandon() {
        try {
            route.here().abandon();
            context.counters.abandoned.increment();
        } catch (IOException e) {
            if (!context.kills || !FailureKind.mayBeOfAKill(e)) {
                route.here().failed(context.errors, e);
            }
        }
    }

    /** One handshake with a token that is not valid. */
    private void forge() throws InterruptedException {
        try {
            WebSocketClient socket = route.here().connect(persona, loop, forger.next());
            context.counters.connected.increment();
            socket.abort();
            forger.accepted();
            failures = 0;
        } catch (HandshakeRefused e) {
            forger.refused(e.status());
            failures = 0;
        } catch (IOException e) {
            route.here().failed(context.errors, e);
            failures++;
        }
    }

    /** One visit to its end. Whatever happens, it is counted and settled once. */
    private void visit(UserConnection connection, long off) throws InterruptedException {
        Receiver receiver = Receiver.of(context, number, persona, ++chats);
        this.receiver = receiver;
        IdentityVisit keeping = identity == null ? null : keeping(connection, receiver);
        Visit visit = Visit.of(context, persona, connection, receiver, off, random);
        Sender sender = persona.hasSender() ? sender(connection, receiver) : null;
        Thread sending = sender == null ? null : loop.start(sender);
        Thread keeper = keeping == null ? null : loop.start(keeping);
        ChatSide.End end = ChatSide.End.BROKEN;
        try {
            end = visit.untilEnd();
        } finally {
            if (sender != null) {
                sender.stop();
            }
            leaving = true;
            this.receiver = null;
            if (keeping != null) {
                keeping.stop();
            }
            connection.end(end);
            settle(receiver, end, sending);
            await(keeper);
            leaving = false;
        }
    }

    /** The identity's part of a visit, which hears what the server says about the token. */
    private IdentityVisit keeping(UserConnection connection, Receiver receiver) {
        IdentityVisit keeping = IdentityVisit.of(identity, persona.identity(), connection, random.split());
        ((V1Receiver) receiver).identity = keeping;
        return keeping;
    }

    private void await(Thread keeper) throws InterruptedException {
        if (keeper != null && !keeper.join(LONGEST_REQUESTS)) {
            context.errors.session("a request that did not end in time", "user " + number);
        }
    }

    private Sender sender(UserConnection connection, Receiver receiver) {
        ProtocolWriter writer =
                receiver instanceof V1Receiver v1 ? new V1Writer(context, connection, v1) : new PlainWriter(connection);
        return new Sender(context, number, personaIndex, persona, writer, receiver, random.split());
    }

    /** Hands this side of the last chat to the ledger, after the sender has ended. */
    private void settle(Receiver receiver, ChatSide.End end, Thread sending) throws InterruptedException {
        if (sending != null && !sending.join(JOIN)) {
            context.errors.protocol("a send did not end with its connection", "user " + number);
            return;
        }
        for (ChatSide over = receiver.ended.poll(); over != null; over = receiver.ended.poll()) {
            context.ledger.ended(over);
        }
        ChatSide last = receiver.current;
        receiver.over(end);
        context.ledger.ended(last);
        chats = last.number();
    }
}
