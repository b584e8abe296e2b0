package loomchat.cluster;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.chat.Away;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.Relay;
import loomchat.chat.call.CallState;
import loomchat.chat.call.PairCalls;
import loomchat.chat.match.EncounterHistory;
import loomchat.chat.visitor.Visitor;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.Packet;
import loomchat.json.JsonText;
import loomchat.ws.FrameBuffer;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * A partner at another server, as the visitor here sees it: what is said to it goes there and is kept until it has
 * come; what it says is passed on once and in order. It belongs to one chat. Long, because both directions and the end
 * of a chat are read side by side.
 *
 * <p>Threads: the visitor's connection says something ({@link #take}); the {@link Inbox} works off what comes; the
 * cluster's clock calls {@link #tick}. The lock guards what is said, and is the send order of a participant.
 */
final class RemotePartner extends Participant {
    private static final long WAIT_FOR_ROOM_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long DOUBTFUL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long ABSENT_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A server that has the partner, and is there, says so to one that has asked so often. */
    private static final int ASKED_IN_VAIN = 12;

    /** Two windows of the other server. */
    private static final int MOST_BYTES_WAITING = 512 * 1024;

    private static final int MOST_BYTES_AN_ITEM = 64 * 1024;

    private final RemoteChats chats;
    private final long number;
    private final boolean newcomer;
    private final EncounterHistory encounters;
    private final Visitor visitor;
    private final ReentrantLock order = new ReentrantLock();
    private final Condition changed = order.newCondition();
    private final Inbox inbox = new Inbox();
    private final Outbox outbox;
    private final AtomicBoolean ackDue = new AtomicBoolean();
    private final AtomicInteger bytesWaiting = new AtomicInteger();

    private volatile SeatInfo info;
    private volatile long waitedMillis;
    /** Where it is, or was last while it is absent; 0 if nobody knows. */
    private volatile long node;

    /** The server that is asked for it in place of that one, or 0. */
    private volatile long askAt;

    private volatile int gen;
    /** How often the visitor here has changed its server in this chat. */
    private volatile int ownGen = 1;

    private volatile Pair pair;
    private volatile Participant local;
    private volatile Away away;
    private volatile long absentSince;
    private volatile boolean paused;

    // Inbox only; volatile ones may be read elsewhere
    private volatile long received;
    private long confirmedTold;
    private long endsAt = -1;
    private LeaveReason endsWhy;

    /** The last message that the client here has confirmed. */
    private volatile long got;

    // Guarded by the lock
    private Closing closing;
    private volatile boolean over;
    private boolean finished;
    private boolean confirmDue;
    private boolean helloDue;
    private int asked;
    private long retryAt;
    private long retryNanos = FIRST_RETRY_NANOS;
    private long quietSince;
    private long promisedTo;
    private long promisedNanos;
    private int promisedGen;

    /** The visitor here has left, and the other server has to know. */
    private record Closing(Participant leaver, String reason, LeaveReason why, long sinceNanos) {}

    /** @param newcomer whether the partner is the one of the two that came last */
    RemotePartner(RemoteChats chats, long number, boolean newcomer, SeatInfo info, long node, int gen) {
        super(chats.context());
        this.chats = chats;
        this.number = number;
        this.newcomer = newcomer;
        this.info = info;
        this.node = node;
        this.gen = gen;
        outbox = new Outbox(info.returns());
        encounters = info.guest() == 0 ? null : new EncounterHistory(info.guest());
        visitor = chats.context().visitors().elsewhere(info.subject(), info.identity(), info.address());
    }

    // Before it begins

    void waited(long millis) {
        waitedMillis = millis;
    }

    /**
     * @param messages of the partner that have come
     * @param confirmed those of them that the client here has confirmed
     */
    void goOnFrom(int ownGeneration, long messages, long confirmed) {
        ownGen = ownGeneration;
        received = messages;
        got = confirmed;
    }

    Outbox outbox() {
        return outbox;
    }

    /**
     * Nobody knows how the partner is.
     *
     * @param maybeAt the server that is asked for it, or 0
     */
    void markAbsent(long maybeAt, long sinceNanos) {
        node = maybeAt;
        absentSince = sinceNanos == 0 ? 1 : sinceNanos;
        away = new Away("broke", chats.resumeSeconds(), false);
        chats.unsettled(this);
    }

    /** The partner here was told so, and will be told when it is over. */
    void markAway(Away how) {
        away = how;
    }

    void isAt(long server) {
        node = server;
    }

    /** Its server has said how things stand there. */
    void movedTo(long there, ChatItems.Hello hello) {
        node = there;
        gen = hello.gen();
        rename(hello);
        away = hello.away();
    }

    private void rename(ChatItems.Hello hello) {
        String before = info.key();
        info = info.withSession(hello.session(), hello.key());
        chats.rename(this, before);
    }

    /**
     * {@code with} is the visitor here, and {@code in} their pair: what has come meanwhile is worked off now. False if
     * another seat here has taken its place.
     */
    boolean begin(Pair in, Participant with) {
        pair = in;
        local = with;
        inbox.start(with::startNear);
        return !over;
    }

    /** The other server has agreed, and waits for our word. */
    void confirm() {
        order.lock();
        try {
            confirmDue = true;
            sendDue();
            pending();
        } finally {
            order.unlock();
        }
    }

    // What it is

    boolean isAbsent() {
        return absentSince != 0;
    }

    long absentMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - absentSince);
    }

    long number() {
        return number;
    }

    boolean newcomer() {
        return newcomer;
    }

    SeatInfo info() {
        return info;
    }

    long node() {
        return node;
    }

    /** Where to ask for it. */
    long askAt() {
        long other = askAt;
        return other == 0 ? node : other;
    }

    int gen() {
        return gen;
    }

    int ownGen() {
        return ownGen;
    }

    Pair in() {
        return pair;
    }

    Participant local() {
        return local;
    }

    @Override
    public long id() {
        return info.session();
    }

    @Override
    public Visitor visitor() {
        return visitor;
    }

    @Override
    protected EncounterHistory encounters() {
        return encounters;
    }

    @Override
    public List<String> interests() {
        return info.interests();
    }

    @Override
    public boolean isElsewhere() {
        return true;
    }

    @Override
    public long waitedMillis(long now) {
        return waitedMillis;
    }

    @Override
    public Away away() {
        return away;
    }

    @Override
    public boolean isAway() {
        return away != null;
    }

    // To it

    @Override
    public void inSendOrder(WebSocket.SendAction action) throws IOException {
        order.lock();
        try {
            action.run();
        } finally {
            order.unlock();
        }
    }

    @Override
    public void settle() {
        order.lock();
        order.unlock();
    }

    /** Its own server tells it. */
    @Override
    protected void sendMatched(Pair in) {}

    @Override
    protected void sendLeft(Pair ended, LeaveReason why) {
        throw new IllegalStateException("Ends in endInOrder");
    }

    @Override
    protected void send(Relay relay) {
        throw new IllegalStateException("Sends in take");
    }

    @Override
    protected int appendMessage(
            FrameBuffer out, Pair in, int nth, byte[] text, int offset, int length, boolean escaped) {
        int extra = escaped ? 0 : JsonText.extraBytes(text, offset, length);
        if (extra == 0) {
            out.append(text, offset, length);
        } else {
            JsonText.escape(text, offset, length, out.bytes(), out.extend(length + extra));
        }
        return length + extra;
    }

    @Override
    protected int take(Relay relay) {
        int taken = 0;
        long sent = outbox.lastId();
        while (taken < relay.count()) {
            byte[] text = relay.payload(taken);
            if (!outbox.hasRoomFor(text.length)) {
                sendBehind(sent);
                sent = outbox.lastId();
                if (!awaitRoom(text.length)) {
                    break;
                }
            }
            outbox.add(text, relay.textBytes(taken), false);
            taken++;
        }
        sendBehind(sent);
        if (taken < relay.count() && !local.canReturn() && !over) {
            chats.run(() -> chats.giveUp(this));
        }
        return taken;
    }

    /** False when there is none: a client of {@code chat.v1} is told to wait, a plain chat ends. */
    private boolean awaitRoom(int bytes) {
        long deadline = System.nanoTime() + WAIT_FOR_ROOM_NANOS;
        boolean patient = !local.canReturn();
        try {
            while (!outbox.hasRoomFor(bytes)) {
                long left = deadline - System.nanoTime();
                boolean hopeless = away != null || !chats.isUp();
                if (over || closing != null || left <= 0 || hopeless && !patient) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void sendBehind(long id) {
        long last = Math.max(id, outbox.takenId());
        List<Outbox.Message> some = outbox.behind(last, MOST_BYTES_AN_ITEM);
        for (long at = last; !some.isEmpty(); some = outbox.behind(at, MOST_BYTES_AN_ITEM)) {
            say(ChatItems.data(number, !newcomer, outbox.floor(), some));
            at = some.getLast().id;
        }
        if (!outbox.isSettled()) {
            pending();
        }
    }

    private void say(byte[] item) {
        long to = node;
        if (to != 0) {
            chats.publish(new Packet(to, item));
        }
    }

    @Override
    public void skipsTo(long id) {
        order.lock();
        try {
            outbox.skipTo(id);
            helloDue = true;
            sendDue();
            pending();
        } finally {
            order.unlock();
        }
    }

    /** In send order: the visitor here has left. */
    @Override
    protected void endInOrder(Pair ended, Participant leaver, String reason, LeaveReason why) {
        if (over) {
            ended.endsElsewhere(reason);
            return;
        }
        closing = new Closing(leaver, reason, why, System.nanoTime());
        changed.signalAll();
        sayEnd();
        pending();
    }

    /** The other server records what was taken here, and looks no more once it has heard of the end. */
    private void sayEnd() {
        say(ChatItems.ack(number, !newcomer, received, got));
        say(ChatItems.end(number, !newcomer, outbox.lastId(), closing.why));
    }

    @Override
    public void partnerTypes(Pair in, boolean on) {
        say(ChatItems.typing(number, !newcomer, on));
    }

    @Override
    public void partnerAway(Pair in) {
        say(hello(0));
    }

    @Override
    public void partnerBack(Pair in) {
        say(hello(0));
    }

    @Override
    public void partnerReceived(Pair in, long id) {
        got = Math.max(got, id);
        ackLater();
    }

    @Override
    public boolean canCall() {
        return info.key() != null;
    }

    /** What the two want is part of how things stand, and that is said until there is an answer. */
    @Override
    public void callsChanged(Pair in) {
        askHello();
    }

    /** Nothing is kept: pages begin anew when the partner is back. */
    @Override
    public void partnerSignals(Pair in, long call, long id, byte[] data) {
        if (away == null && !paused && !over && chats.isUp()) {
            say(new ChatItems.Signal(call, id, data).bytes(number, !newcomer));
        }
    }

    @Override
    public void reportedBy(Participant partner) {
        say(ChatItems.start(ItemType.REPORTED, number, !newcomer).toBytes());
    }

    private byte[] hello(int asks) {
        Participant here = local;
        PairCalls calls = pair.calls();
        return new ChatItems.Hello(
                        ownGen,
                        gen,
                        here.id(),
                        here.resumeKey(),
                        received,
                        got,
                        outbox.floor(),
                        here.away(),
                        asks,
                        calls == null ? null : calls.state(),
                        calls == null ? -1 : calls.ageMillis())
                .bytes(number, !newcomer);
    }

    void ackLater() {
        if (!over && ackDue.compareAndSet(false, true)) {
            chats.publishLater(() -> {
                ackDue.set(false);
                long to = node;
                return to == 0 || over ? null : new Packet(to, ChatItems.ack(number, !newcomer, received, got));
            });
        }
    }

    // From it: inbox

    /** Any thread: works it off in order. */
    void post(Runnable what) {
        inbox.add(what);
    }

    /** The same for what {@code from} says: only the server that has the partner is heard. */
    void post(long from, Runnable what) {
        inbox.add(() -> {
            if (from == node) {
                what.run();
            }
        });
    }

    /**
     * The same for messages. While the client here does not read, they are not taken beyond a bound: they come again.
     */
    void postData(long from, ChatItems.Data data) {
        int bytes = data.texts().stream().mapToInt(each -> each.length).sum();
        if (bytesWaiting.get() > MOST_BYTES_WAITING) {
            return;
        }
        bytesWaiting.addAndGet(bytes);
        inbox.add(() -> {
            bytesWaiting.addAndGet(-bytes);
            if (from == node) {
                data(data);
            }
        });
    }

    /** The same for a signal, which does not come again. */
    void postSignal(long from, ChatItems.Signal signal) {
        int bytes = signal.data().length;
        if (bytesWaiting.get() > MOST_BYTES_WAITING) {
            return;
        }
        bytesWaiting.addAndGet(bytes);
        inbox.add(() -> {
            bytesWaiting.addAndGet(-bytes);
            if (from == node && !over && pair != null) {
                local.partnerSignals(pair, signal.call(), signal.id(), signal.data());
            }
        });
    }

    void data(ChatItems.Data data) {
        heard();
        if (over || pair == null) {
            return;
        }
        passFloor(data.floor());
        int at = (int) Math.max(0, Math.min(data.texts().size(), received + 1 - data.first()));
        if (data.first() + at == received + 1 && at < data.texts().size()) {
            pass(data, at);
        }
        ackLater();
        endIfComplete();
    }

    private void passFloor(long floor) {
        if (floor > received) {
            long lost = floor - received;
            received = floor;
            local.partnerLost(pair, lost);
        }
    }

    private void pass(ChatItems.Data data, int from) {
        int at = from;
        while (at < data.texts().size() && !over) {
            Relay relay = Relay.take(this, pair, chats.share());
            try {
                while (at < data.texts().size() && !relay.isFull()) {
                    byte[] text = data.texts().get(at);
                    relay.add(text, 0, text.length, true, data.textBytes()[at]);
                    at++;
                }
                int taken = local.deliver(relay);
                received += taken;
                if (taken < relay.count()) {
                    return;
                }
            } catch (ProtocolException e) {
                return; // no memory for it now; it comes again
            } finally {
                relay.giveBack();
            }
        }
    }

    void ack(long taken, long confirmed) {
        heard();
        acked(taken, confirmed);
        tellConfirmed(confirmed);
    }

    private void tellConfirmed(long upTo) {
        if (upTo > confirmedTold && pair.active()) {
            confirmedTold = upTo;
            local.partnerReceived(pair, upTo);
        }
    }

    private void acked(long taken, long confirmed) {
        order.lock();
        try {
            outbox.taken(taken, confirmed, each -> pair.recordMessage(chats.context(), local, each.textBytes));
            changed.signalAll();
        } finally {
            order.unlock();
        }
    }

    void typing(boolean on) {
        local.partnerTypes(pair, on);
    }

    /** @param from the server that says so */
    void hello(long from, ChatItems.Hello hello) {
        // Its visitor may also have come back to the same server, which then has another seat for it.
        boolean moved = from != node || hello.gen() > gen;
        boolean raised;
        if (from != node && hello.gen() <= gen && absentSince == 0) {
            // Its server may be dead without our knowing; Redis may have lost how often the seat has moved.
            if (hello.asks() >= ASKED_IN_VAIN && chats.isPresent(node)) {
                chats.publish(new Packet(from, ChatItems.gone(number, !newcomer, true)));
            }
            return;
        }
        if (from == node && hello.gen() < gen) {
            // From the seat that its visitor had there before, or it has yet to hear how often it has moved.
            if (hello.asks() > 0) {
                say(hello(0));
            }
            return;
        }
        heard();
        order.lock();
        try {
            node = from;
            gen = moved ? Math.max(hello.gen(), gen + 1) : Math.max(hello.gen(), gen);
            raised = hello.otherGen() > ownGen;
            ownGen = Math.max(ownGen, hello.otherGen());
            rename(hello);
            absentSince = 0;
            helloDue = false;
            asked = 0;
            askAt = 0;
            if (moved) {
                outbox.rewind(hello.have());
            }
        } finally {
            order.unlock();
        }
        acked(hello.have(), hello.got());
        passFloor(hello.floor());
        tellConfirmed(hello.got());
        news(hello.away());
        if (hello.calls() != null && pair.active()) {
            CallState before = pair.calls(chats.context()).state();
            pair.calls(chats.context()).merge(hello.calls(), hello.callMillis());
            if (!pair.calls().state().equals(before)) {
                local.callsChanged(pair);
            }
        }
        if (hello.asks() > 0 || raised) {
            say(hello(0));
        }
        order.lock();
        try {
            sendBehind(outbox.takenId());
            if (closing != null) {
                sayEnd();
            }
        } finally {
            order.unlock();
        }
        if (moved || raised) {
            chats.moved(this);
        }
    }

    private void news(Away now) {
        Away before = away;
        boolean wasPaused = paused;
        away = now;
        paused = false;
        if (now == null && (before != null || wasPaused)) {
            local.partnerBack(pair);
        } else if (now != null && (before == null || !isSameCase(before, now) || wasPaused)) {
            local.partnerAway(pair);
        }
    }

    private static boolean isSameCase(Away one, Away other) {
        return one.why().equals(other.why()) && one.moves() == other.moves();
    }

    /** The partner has left: the chat is over once all that it said has been passed on. */
    void end(long lastId, LeaveReason why) {
        heard();
        order.lock();
        try {
            if (closing != null) {
                // Both have left at the same moment; one of the two servers records it.
                say(ChatItems.ended(number, !newcomer, received));
                finish(!newcomer);
                return;
            }
        } finally {
            order.unlock();
        }
        endsAt = lastId;
        endsWhy = why;
        endIfComplete();
    }

    private void endIfComplete() {
        if (endsAt < 0 || over) {
            return;
        }
        if (received < endsAt && !local.isAway()) {
            ackLater();
            return;
        }
        say(ChatItems.ended(number, !newcomer, received));
        close();
        chats.pairs().endedElsewhere(pair, this, endsWhy);
    }

    /** The other server knows that the visitor here has left. */
    void ended(long taken) {
        acked(taken, 0);
        order.lock();
        try {
            if (closing != null) {
                finish(true);
            }
        } finally {
            order.unlock();
        }
    }

    /**
     * With the lock. The end is recorded; but a partner that has not confirmed all may come back at another server and
     * ask for the rest.
     */
    private void finish(boolean record) {
        if (over) {
            return;
        }
        if (!finished) {
            finished = true;
            if (outbox.onTheWay() > 0) {
                chats.context().counters().messagesDropped.add(outbox.onTheWay());
            }
            if (record) {
                pair.recordEnd(chats.context(), closing.leaver, closing.reason);
            } else {
                pair.endsElsewhere(closing.reason);
            }
        }
        if (!info.returns() || outbox.isConfirmed()) {
            close();
        }
    }

    /** The other server has no such chat; or another one has the seat of the visitor here. */
    void gone(boolean superseded) {
        order.lock();
        try {
            if (closing != null) {
                finish(!superseded);
                return;
            }
        } finally {
            order.unlock();
        }
        if (superseded) {
            chats.superseded(this);
        } else {
            endAlone("gone");
        }
    }

    /** The chat ends because nothing more will come from there. */
    void endAlone(String reason) {
        if (over) {
            return;
        }
        int lost = outbox.onTheWay();
        close();
        if (lost > 0) {
            chats.context().counters().messagesDropped.add(lost);
        }
        chats.pairs().end(pair, this, reason, LeaveReason.GONE);
    }

    /** Nothing comes or goes any more. */
    void close() {
        over = true;
        inbox.close();
        chats.remove(this);
        wake();
    }

    /** Its server is dead. */
    void nodeGone(long dead, long sinceNanos) {
        if (node != dead || over) {
            return;
        }
        if (closing != null && !info.returns()) {
            ended(0);
        } else if (!info.returns()) {
            endAlone("gone");
        } else {
            markAbsent(dead, sinceNanos);
            chats.moved(this);
            wake();
            paused = false;
            local.partnerAway(pair);
        }
    }

    /** Whoever waits for room looks whether that still makes sense. */
    void wake() {
        order.lock();
        try {
            changed.signalAll();
        } finally {
            order.unlock();
        }
    }

    /** Redis cannot be reached: nobody knows how the partner is. */
    void pause() {
        if (!over && closing == null && away == null && !paused) {
            paused = true;
            local.partnerPaused(pair);
        }
    }

    /** Any thread: the partner has gone on at another server, says the one where it was. */
    void redirect(long from, long to) {
        if (from == node && to != 0) {
            askAt = to;
        }
    }

    /** Any thread: another server has claimed its seat. */
    void foundAt(long server, int generation) {
        if (absentSince != 0 && generation > gen) {
            askAt = server;
        }
    }

    /** Asks how things stand at the other end. */
    void askHello() {
        order.lock();
        try {
            helloDue = true;
            sendDue();
            pending();
        } finally {
            order.unlock();
        }
    }

    // Again

    private void heard() {
        order.lock();
        try {
            confirmDue = false;
            quietSince = 0;
            retryNanos = FIRST_RETRY_NANOS;
        } finally {
            order.unlock();
        }
    }

    /** With the lock: something is to be said again until there is an answer. */
    private void pending() {
        if (!chats.unsettled(this)) {
            return;
        }
        long now = System.nanoTime();
        retryNanos = FIRST_RETRY_NANOS;
        retryAt = now + retryNanos;
        quietSince = now;
    }

    /** With the lock. */
    private void sendDue() {
        if (confirmDue) {
            say(ChatItems.start(ItemType.CONFIRM, number, !newcomer).toBytes());
        }
        if (helloDue && local != null) {
            chats.publish(new Packet(askAt(), hello(++asked)));
        }
    }

    /**
     * Says again what has had no answer. The cluster's clock: waits for nobody. False when everything is settled.
     */
    boolean tick(long now) {
        if (over) {
            return false;
        }
        if (!order.tryLock()) {
            return true;
        }
        try {
            if (finished) {
                if (now - closing.sinceNanos > chats.resumeNanos() + DOUBTFUL_NANOS) {
                    post(this::close);
                }
                return true;
            }
            boolean settled = !confirmDue && !helloDue && outbox.isSettled() && closing == null;
            if (absentSince != 0) {
                if (now - absentSince > chats.resumeNanos()) {
                    post(() -> {
                        if (absentSince != 0) {
                            giveUpAbsent();
                        }
                    });
                } else if (now - retryAt >= 0) {
                    retryAt = now + ABSENT_RETRY_NANOS;
                    long server = askAt();
                    if (server != 0) {
                        helloDue = true;
                        sendDue();
                    }
                    if (!chats.isPresent(server)) {
                        chats.lookUp(this);
                    }
                }
                return true;
            }
            if (closing != null && now - closing.sinceNanos > chats.resumeNanos() + DOUBTFUL_NANOS) {
                post(() -> ended(0));
                return true;
            }
            if (!settled && now - retryAt >= 0) {
                retryNanos = Math.min(LAST_RETRY_NANOS, retryNanos * 2);
                retryAt = now + retryNanos;
                if (quietSince == 0) {
                    quietSince = now;
                } else if (now - quietSince > DOUBTFUL_NANOS) {
                    helloDue = true;
                    long silent = node;
                    if (!chats.isPresent(silent)) {
                        // It died before this server heard that the partner is there.
                        post(() -> nodeGone(silent, now));
                    }
                }
                sendDue();
                sendBehind(outbox.takenId());
                if (closing != null) {
                    sayEnd();
                }
            }
            return !settled;
        } finally {
            order.unlock();
        }
    }

    private void giveUpAbsent() {
        if (closing != null) {
            ended(0);
        } else {
            endAlone("gone");
        }
    }

    /** Time in which nobody could come back does not count. */
    void extendAbsence(long nanos) {
        if (absentSince != 0) {
            absentSince += nanos;
        }
    }

    /**
     * Promises the seat of the partner, whose server is dead, to another server.
     *
     * @return the generation with which it goes on there; 0 if it has been promised to somebody else
     */
    int promise(long to, long now) {
        order.lock();
        try {
            if (promisedTo != to && promisedTo != 0 && now - promisedNanos < DOUBTFUL_NANOS) {
                return 0;
            }
            if (promisedTo != to) {
                promisedGen = Math.max(promisedGen, gen) + 1;
            }
            promisedTo = to;
            promisedNanos = now;
            return promisedGen;
        } finally {
            order.unlock();
        }
    }

    /** Waits until all that was said here has come, or until {@code deadline}. */
    void awaitSettled(long deadline) throws InterruptedException {
        order.lock();
        try {
            while (!outbox.isSettled() && !over && deadline - System.nanoTime() > 0) {
                changed.awaitNanos(deadline - System.nanoTime());
            }
        } finally {
            order.unlock();
        }
    }
}
