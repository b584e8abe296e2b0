package loomchat.identity.bans;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import loomchat.identity.store.SharedFile;
import loomchat.log.files.Disk;

/**
 * The bans that hold, in memory and in a file that other processes change too. {@link #find}, {@link #add} and
 * {@link #remove} do no I/O and may run on any thread, a loop's among them; a change holds at once. {@link #poll} reads
 * what others wrote and writes what was changed here: one thread calls it once a second, and so does whoever wants to
 * know that a change is on the disk.
 *
 * <p>Bounds: {@link #MOST} bans, further ones are refused; as many changes that wait for the disk. Bans that are over
 * vanish with the next poll. While the file cannot be written, bans hold in memory, {@link #trouble} says why, and
 * each poll tries again.
 *
 * <p>Listeners run on the thread that made or found the change, outside of all locks.
 */
public final class BanList {
    public static final int MOST = 100_000;
    /** Who lifted a ban that is no longer in a file which somebody replaced. */
    static final String SOMEBODY = "another process";

    private static final long SECOND = 1000;
    private static final int MOST_SUPERFLUOUS_LINES = 20_000;

    private final LongSupplier wallMillis;
    private final Consumer<String> notice;
    private final BanTable table = new BanTable();
    private final List<Consumer<Ban>> onBanned = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<BanTarget, String>> onLifted = new CopyOnWriteArrayList<>();
    private final Path path;

    // Guarded by fileLock, which is held over I/O
    private final ReentrantLock fileLock = new ReentrantLock();
    private final BanFile file;
    private final Follower follower = new Follower();

    private volatile String trouble;

    private BanList(Path folder, LongSupplier wallMillis, Consumer<String> notice) {
        this.wallMillis = wallMillis;
        this.notice = notice;
        path = folder.resolve(BanFile.NAME);
        file = new BanFile(new SharedFile(path));
    }

    /**
     * The bans in {@code folder}, which need not exist yet.
     *
     * @param notice takes lines for the operator
     * @throws IOException the file is there and cannot be read
     */
    public static BanList open(Path folder, LongSupplier wallMillis, Consumer<String> notice) throws IOException {
        BanList bans = new BanList(folder, wallMillis, notice);
        bans.file.read(bans.follower);
        bans.follower.news.clear();
        if (bans.damaged() > 0) {
            notice.accept(bans.damaged() + " damaged lines in " + bans.path + " were skipped");
        }
        return bans;
    }

    /** Calls {@code listener} for each ban that begins from now on, made here or by another process. */
    public void onBanned(Consumer<Ban> listener) {
        onBanned.add(listener);
    }

    /** The same for each ban that is lifted, with the name of who did it. */
    public void onLifted(BiConsumer<BanTarget, String> listener) {
        onLifted.add(listener);
    }

    /**
     * The ban that keeps this visitor out now, or null; of several the one that ends last.
     *
     * @param subject of its identity; null for a guest
     */
    public Ban find(String subject, InetAddress address) {
        return table.isEmpty() ? null : table.find(subject, address, wallMillis.getAsLong());
    }

    /** The ban of exactly this target, or null. */
    public Ban of(BanTarget target) {
        Ban ban = table.get(target);
        return ban != null && ban.holdsAt(wallMillis.getAsLong()) ? ban : null;
    }

    /** All that hold, the newest first. */
    public List<Ban> all() {
        long now = wallMillis.getAsLong();
        return table.all().stream()
                .filter(each -> each.holdsAt(now))
                .sorted(Comparator.comparingLong(Ban::sinceMillis)
                        .reversed()
                        .thenComparing(each -> each.target().toString()))
                .toList();
    }

    /**
     * What came of a ban that was asked for.
     *
     * @param ban that holds now
     * @param wasLonger whether it held before, and stays because it ends later than the one that was asked for
     */
    public record Banned(Ban ban, boolean wasLonger) {}

    /**
     * Bans a target from now on, in place of a ban that it may have. One that ends later stays: to shorten it, it has
     * to be lifted first, so that nobody comes back sooner because somebody banned them once more.
     *
     * @param length null for good
     * @param reason control characters become spaces, and it is cut at {@link Ban#LONGEST_REASON}
     * @return null when there are too many
     */
    public Banned add(BanTarget target, Duration length, String reason, String by) {
        long now = wallMillis.getAsLong();
        long until = length == null ? Ban.FOR_GOOD : Math.ceilDiv(now + length.toMillis(), SECOND) * SECOND;
        return add(new Ban(target, now, until, plain(reason), by));
    }

    /** The same with a ban that was made elsewhere. */
    public Banned add(Ban ban) {
        Ban holds = table.add(ban);
        if (holds == ban) {
            onBanned.forEach(each -> each.accept(ban));
        }
        return holds == null ? null : new Banned(holds, holds != ban);
    }

    private static String plain(String reason) {
        String line = reason.replaceAll("\\p{Cntrl}", " ").strip();
        int end = Math.min(line.length(), Ban.LONGEST_REASON);
        boolean splitsPair = end < line.length() && Character.isHighSurrogate(line.charAt(end - 1));
        return line.substring(0, splitsPair ? end - 1 : end);
    }

    /** Lifts the ban of exactly this target. False when there is none. */
    public boolean remove(BanTarget target, String by) {
        if (!table.lift(target, wallMillis.getAsLong(), by)) {
            return false;
        }
        onLifted.forEach(each -> each.accept(target, by));
        return true;
    }

    /** How many lines of the file were skipped because they are damaged. */
    public long damaged() {
        fileLock.lock();
        try {
            return file.damaged();
        } finally {
            fileLock.unlock();
        }
    }

    /** Why changes made here are not on the disk, in a few words; null when they are, as far as the last poll knows. */
    public String trouble() {
        return trouble;
    }

    /** Reads what others changed, writes what was changed here, forgets what is over. Blocks on the disk. */
    public void poll() {
        withFile(() -> {
            file.read(follower);
            List<BanLine> waiting = table.unwritten();
            if (!waiting.isEmpty()) {
                file.append(waiting, follower);
                table.written(waiting);
            }
            if (file.lines() > 2L * table.size() + MOST_SUPERFLUOUS_LINES) {
                rewrite();
            }
        });
        table.forgetEnded(wallMillis.getAsLong());
    }

    /** Writes the file anew where it holds lines that no longer count. For the start of a server. */
    public void compact() {
        withFile(() -> {
            if (file.lines() + file.damaged() > table.size()) {
                rewrite();
            }
        });
    }

    private void rewrite() throws IOException {
        List<BanLine> waiting = new ArrayList<>();
        file.rewrite(follower, () -> {
            waiting.addAll(table.unwritten());
            return all().reversed().stream().map(BanLine::of).toList();
        });
        table.written(waiting);
    }

    private void withFile(SharedFile.Change work) {
        List<BanLine> news;
        fileLock.lock();
        try {
            work.make();
            tell(null);
        } catch (IOException e) {
            tell(Disk.cause(e));
        } finally {
            news = List.copyOf(follower.news);
            follower.news.clear();
            fileLock.unlock();
        }
        news.forEach(this::announce);
    }

    private void tell(String cause) {
        if (cause != null && trouble == null) {
            notice.accept(path + " cannot be read or written (" + cause
                    + "): bans made on this server hold, but they are not durable until it can");
        } else if (cause == null && trouble != null) {
            notice.accept(path + " can be written again: all bans are durable");
        }
        trouble = cause;
    }

    private void announce(BanLine change) {
        if (change.ban() == null) {
            onLifted.forEach(each -> each.accept(change.target(), change.by()));
        } else {
            onBanned.forEach(each -> each.accept(change.ban()));
        }
    }

    /** Takes over what the file says. Guarded by fileLock. */
    private final class Follower implements BanFile.Sink {
        private final List<BanLine> news = new ArrayList<>();
        /** What a file says that is read from its beginning; null while one is only read on. */
        private Map<BanTarget, BanLine> whole;

        @Override
        public void restart() {
            whole = new HashMap<>();
        }

        @Override
        public void line(BanLine line) {
            if (whole == null) {
                if (table.apply(line, wallMillis.getAsLong())) {
                    news.add(line);
                }
            } else if (line.ban() == null) {
                whole.remove(line.target());
            } else if (line.ban().holdsAt(wallMillis.getAsLong())) {
                BanLine before = whole.get(line.target());
                if (before == null ? whole.size() < MOST : !before.ban().outlasts(line.ban())) {
                    whole.put(line.target(), line);
                }
            }
        }

        @Override
        public void end() {
            if (whole != null) {
                news.addAll(table.become(whole, wallMillis.getAsLong()));
                whole = null;
            }
        }
    }
}
