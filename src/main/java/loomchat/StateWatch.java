package loomchat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import loomchat.identity.bans.BanList;
import loomchat.identity.operators.OperatorTokens;
import loomchat.log.Event;
import loomchat.log.files.Disk;
import loomchat.web.access.OperatorAccess;

/**
 * The files that commands change beside a running server: bans and operators' tokens. {@link #start} begins a thread
 * that looks at them once a second and may wait for the disk, which is why it is not the reaper's. What it finds goes
 * to the record; so do bans that are made here, on the thread that makes them.
 */
final class StateWatch implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final BanList bans;
    private final OperatorTokens operators;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("state-watch").unstarted(this::run);
    private volatile boolean closing;

    /** A file is there and cannot be used; the message is one line for the operator. */
    static final class Unusable extends Exception {
        Unusable(String setting, Path path, IOException e) {
            super(setting + "=" + path + " cannot be used: " + Disk.cause(e), null, false, false);
        }
    }

    private StateWatch(BanList bans, OperatorTokens operators) {
        this.bans = bans;
        this.operators = operators;
    }

    /** Reads both, and creates nothing. */
    static StateWatch open(IdentitySettings settings) throws Unusable {
        Consumer<String> notice = line -> LOGGER.log(System.Logger.Level.WARNING, line);
        BanList bans;
        try {
            bans = BanList.open(settings.stateDir(), System::currentTimeMillis, notice);
        } catch (IOException e) {
            throw new Unusable("STATE_DIR", settings.stateDir(), e);
        }
        try {
            return new StateWatch(bans, OperatorTokens.open(settings.operatorTokens(), notice));
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

    void start(Consumer<Event> record) {
        bans.onBanned(ban -> record.accept(new Event.Banned(
                System.currentTimeMillis(), ban.target().toString(), ban.until(), ban.reason(), ban.by())));
        bans.onLifted(
                (target, by) -> record.accept(new Event.Unbanned(System.currentTimeMillis(), target.toString(), by)));
        operators.onChange((what, name) -> record.accept(
                new Event.OperatorAction(System.currentTimeMillis(), OperatorAccess.THIS_MACHINE, what, name)));
        thread.start();
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
