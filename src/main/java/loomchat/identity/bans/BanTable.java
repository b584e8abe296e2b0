package loomchat.identity.bans;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bans in memory, and the changes that are not in the file yet. Any thread; a change takes a lock that is never
 * held over I/O, {@link #find} takes none. Until it is written, what was changed here outweighs what the file says, as
 * it will be the last line about its target; but a ban that was made here gives way to a longer one of the file.
 */
final class BanTable {
    private final BanIndex index = new BanIndex();

    // Guarded by lock
    private final ReentrantLock lock = new ReentrantLock();
    /** The last change of each target: that it was lifted, a ban, or both, because a ban alone does not shorten one. */
    private final Map<BanTarget, List<BanLine>> unwritten = new LinkedHashMap<>();
    /** When the first of the bans ends. */
    private long nextEnd = Ban.FOR_GOOD;

    Ban find(String subject, InetAddress address, long now) {
        return index.find(subject, address, now);
    }

    Ban get(BanTarget target) {
        return index.get(target);
    }

    boolean isEmpty() {
        return index.isEmpty();
    }

    int size() {
        return index.size();
    }

    List<Ban> all() {
        return index.all();
    }

    /** Returns the ban that holds then: this one, or a longer one that stays; null when there is no room. */
    Ban add(Ban ban) {
        lock.lock();
        try {
            Ban before = index.get(ban.target());
            if (before != null && before.outlasts(ban)) {
                return before;
            }
            if (isFull(ban)) {
                forget(ban.sinceMillis());
            }
            if (isFull(ban)) {
                return null;
            }
            put(ban);
            unwritten.compute(ban.target(), (target, waiting) -> {
                BanLine lift = waiting == null || isBan(waiting.getFirst()) ? null : waiting.getFirst();
                return lift == null ? List.of(BanLine.of(ban)) : List.of(lift, BanLine.of(ban));
            });
            return ban;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isBan(BanLine line) {
        return line.ban() != null;
    }

    private boolean isFull(Ban ban) {
        return index.size() >= BanList.MOST && index.get(ban.target()) == null || unwritten.size() >= BanList.MOST;
    }

    /** False when there is nothing to lift. */
    boolean lift(BanTarget target, long now, String by) {
        lock.lock();
        try {
            Ban ban = index.get(target);
            if (ban == null || !ban.holdsAt(now)) {
                return false;
            }
            index.remove(target);
            unwritten.put(target, List.of(new BanLine(target, null, now, by)));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void put(Ban ban) {
        index.put(ban);
        nextEnd = Math.min(nextEnd, ban.untilMillis());
    }

    /** Takes a line of the file; returns whether it changes anything now. */
    boolean apply(BanLine line, long now) {
        lock.lock();
        try {
            Ban before = index.get(line.target());
            boolean isShorter = isBan(line) && before != null && before.outlasts(line.ban());
            return !isShorter && !isOutweighed(line) && change(line, now);
        } finally {
            lock.unlock();
        }
    }

    private boolean isOutweighed(BanLine line) {
        List<BanLine> own = unwritten.get(line.target());
        return own != null
                && !(isBan(own.getFirst())
                        && isBan(line)
                        && line.ban().outlasts(own.getLast().ban()));
    }

    private boolean change(BanLine line, long now) {
        Ban before = index.get(line.target());
        boolean held = before != null && before.holdsAt(now);
        if (line.ban() == null || !line.ban().holdsAt(now)) {
            index.remove(line.target());
            return held;
        }
        if (line.ban().equals(before) || before == null && index.size() >= BanList.MOST) {
            return false;
        }
        put(line.ban());
        return true;
    }

    /** Makes the table what a file says that was read from its beginning; returns what changes by it. */
    List<BanLine> become(Map<BanTarget, BanLine> file, long now) {
        List<BanLine> changed = new ArrayList<>();
        lock.lock();
        try {
            for (Ban each : index.all()) {
                if (!file.containsKey(each.target()) && !unwritten.containsKey(each.target())) {
                    BanLine gone = new BanLine(each.target(), null, now, BanList.SOMEBODY);
                    add(gone, now, changed);
                }
            }
            for (BanLine each : file.values()) {
                if (!isOutweighed(each)) {
                    add(each, now, changed);
                }
            }
        } finally {
            lock.unlock();
        }
        return changed;
    }

    private void add(BanLine line, long now, List<BanLine> changed) {
        if (change(line, now)) {
            changed.add(line);
        }
    }

    /** What the file lacks, in the order in which it happened. */
    List<BanLine> unwritten() {
        lock.lock();
        try {
            return unwritten.values().stream().flatMap(List::stream).toList();
        } finally {
            lock.unlock();
        }
    }

    /** The file has these now. */
    void written(List<BanLine> lines) {
        lock.lock();
        try {
            for (BanLine each : lines) {
                unwritten.computeIfPresent(each.target(), (target, waiting) -> {
                    List<BanLine> rest =
                            waiting.stream().filter(one -> !one.equals(each)).toList();
                    return rest.isEmpty() ? null : rest;
                });
            }
        } finally {
            lock.unlock();
        }
    }

    void forgetEnded(long now) {
        lock.lock();
        try {
            forget(now);
        } finally {
            lock.unlock();
        }
    }

    private void forget(long now) {
        if (now < nextEnd) {
            return;
        }
        nextEnd = Ban.FOR_GOOD;
        for (Ban each : index.all()) {
            if (each.holdsAt(now)) {
                nextEnd = Math.min(nextEnd, each.untilMillis());
            } else {
                index.remove(each.target());
            }
        }
    }
}
