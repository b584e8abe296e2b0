package loomchat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import loomchat.cluster.Cluster;
import loomchat.identity.Identity;
import loomchat.identity.bans.Ban;
import loomchat.identity.bans.BanList;
import loomchat.identity.bans.BanTarget;
import loomchat.identity.operators.OperatorTokens;
import loomchat.log.Event;
import loomchat.log.files.Disk;
import loomchat.web.access.OperatorAccess;

/**
 * The files that commands change beside a running server: bans, operators' tokens, keys. {@link #start} begins a thread
 * that looks at them once a second and may wait for the disk, which is why it is not the reaper's. What it finds goes
 * to the record; so do bans that are made here, on the thread that makes them.
 */
final class StateWatch implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_SUSPENDED_AT_ONCE = 1000;
    private static final String BY_ITSELF = "this server";
    private static final long CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(2);
    private static final long SAME_BAN_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final BanList bans;
    private final OperatorTokens operators;
    private final IdentityParts identities;
    private final Duration suspension;
    /** Identities that others have reported; a further one is dropped, and suspended when it is reported again. */
    private final ArrayBlockingQueue<Identity> toSuspend = new ArrayBlockingQueue<>(MOST_SUSPENDED_AT_ONCE);

    /** Whether this thread makes a change that another server has made. */
    private final ThreadLocal<Boolean> heard = ThreadLocal.withInitial(() -> false);

    private final Thread thread =
            Thread.ofPlatform().daemon().name("state-watch").unstarted(this::run);
    private volatile boolean closing;

    /** A file is there and cannot be used; the message is one line for the operator. */
    static final class Unusable extends Exception {
        Unusable(String setting, Path path, IOException e) {
            super(setting + "=" + path + " cannot be used: " + Disk.cause(e), null, false, false);
        }
    }

    private StateWatch(BanList bans, OperatorTokens operators, IdentityParts identities, Duration suspension) {
        this.bans = bans;
        this.operators = operators;
        this.identities = identities;
        this.suspension = suspension;
    }

    /** Reads both, and creates nothing. */
    static StateWatch open(IdentitySettings settings, IdentityParts identities) throws Unusable {
        Consumer<String> notice = line -> LOGGER.log(System.Logger.Level.WARNING, line);
        BanList bans;
        try {
            bans = BanList.open(settings.stateDir(), System::currentTimeMillis, notice);
        } catch (IOException e) {
            throw new Unusable("STATE_DIR", settings.stateDir(), e);
        }
        try {
            OperatorTokens operators = OperatorTokens.open(settings.operatorTokens(), notice);
            return new StateWatch(bans, operators, identities, settings.suspension());
        } catch (IOException e) {
            throw new Unusable("OPERATOR_TOKENS_FILE", settings.operatorTokens(), e);
        }
    }

    BanList bans() {
        return bans;
    }

    OperatorTokens operators() {
        return operators;
    }

    /** Bans an identity for some time, because others have reported it. Any thread; it takes up to a second. */
    void suspend(Identity reported) {
        toSuspend.offer(reported);
    }

    /**
     * @param onBanned gets each new ban, once it is in the record; must not block
     * @param cluster the servers that have to know of bans as well, or null
     */
    void start(Consumer<Event> record, Consumer<Ban> onBanned, Cluster cluster) {
        bans.onBanned(ban -> {
            if (!heard.get()) {
                record.accept(new Event.Banned(
                        System.currentTimeMillis(), ban.target().toString(), ban.until(), ban.reason(), ban.by()));
                if (cluster != null) {
                    long left = ban.isForGood() ? -1 : Math.max(1, ban.untilMillis() - System.currentTimeMillis());
                    cluster.banned(ban.target().toString(), left, ban.reason(), ban.by());
                }
            }
            onBanned.accept(ban);
        });
        bans.onLifted((target, by) -> {
            if (!heard.get()) {
                record.accept(new Event.Unbanned(System.currentTimeMillis(), target.toString(), by));
                if (cluster != null) {
                    cluster.unbanned(target.toString(), by);
                }
            }
        });
        operators.onChange((what, name) -> record.accept(
                new Event.OperatorAction(System.currentTimeMillis(), OperatorAccess.THIS_MACHINE, what, name)));
        thread.start();
    }

    // Of other servers, which have it in their record

    /** @param millis how long it holds, negative for good */
    void bannedElsewhere(String target, long millis, String reason, String by) {
        BanTarget whom = BanTarget.parse(target);
        Ban known = bans.of(whom);
        long now = System.currentTimeMillis();
        long until = millis < 0 ? Ban.FOR_GOOD : Math.ceilDiv(now + millis, 1000L) * 1000;
        if (known != null && Math.abs(known.untilMillis() - until) < SAME_BAN_MILLIS) {
            // The clocks of two servers differ by a little. The reason may be a new one.
            until = known.untilMillis();
            if (known.reason().equals(reason) && known.by().equals(by)) {
                return;
            }
        }
        Ban heardOf = new Ban(whom, now, until, reason, by);
        hearing(() -> bans.add(heardOf));
    }

    void unbannedElsewhere(String target, String by) {
        hearing(() -> bans.remove(BanTarget.parse(target), by));
    }

    /** Listeners run on the thread that makes a change. */
    private void hearing(Runnable change) {
        heard.set(true);
        try {
            change.run();
        } finally {
            heard.remove();
        }
    }

    private void run() {
        boolean well = look(bans::compact, true);
        while (!closing) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
            well = look(this::poll, well);
        }
    }

    private void poll() {
        bans.poll();
        operators.poll();
        identities.tick();
        for (Identity each = toSuspend.poll(); each != null; each = toSuspend.poll()) {
            bans.add(BanTarget.identity(each.subject()), suspension, "Reported by several", BY_ITSELF);
        }
    }

    /** Of several failures in a row, the first is told; {@code well} says whether the look before was none. */
    private static boolean look(Runnable look, boolean well) {
        try {
            look.run();
            return true;
        } catch (RuntimeException | Error e) {
            if (well) {
                LOGGER.log(System.Logger.Level.ERROR, "Bans and operators' tokens cannot be followed", e);
            }
            return false;
        }
    }

    /** Looks a last time, so that no ban is lost that was just made. Waits for a bad disk for 2 seconds at most. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
