package loomchat.identity.bans;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bans in memory, and the changes that are not in the file yet. Any thread; a change takes a lock that is never
 * held over I/O, {@link #find} takes none. Until it is written, what was changed here outweighs what the file says: it
 * will be the last line about its target.
 */
final class BanTable {
    private final BanIndex index = new BanIndex();

    // Guarded by lock
    private final ReentrantLock lock = new ReentrantLock();
    /** The last change of each target. */
    private final Map<BanTarget, BanLine> unwritten = new LinkedHashMap<>();
    /** When the first of the bans ends. */
    private long nextEnd = Ban.FOR_GOOD;

    Ban find(String subject, InetAddress address, long now) {
        return index.find(subject, address, now);
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

    /** False when there is no room. */
    boolean add(Ban ban) {
        lock.lock();
        try {
            if (isFull(ban)) {
                forget(ban.sinceMillis());
            }
            if (isFull(ban)) {
                return false;
            }
            put(ban);
            unwritten.put(ban.target(), BanLine.of(ban));
            return true;
        } finally {
            lock.unlock();
        }
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
            unwritten.put(target, new BanLine(target, null, now, by));
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
            return !unwritten.containsKey(line.target()) && change(line, now);
        } finally {
            lock.unlock();
        }
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
                if (!unwritten.containsKey(each.target())) {
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
            return List.copyOf(unwritten.values());
        } finally {
            lock.unlock();
        }
    }

    /** The file has these now. */
    void written(List<BanLine> lines) {
        lock.lock();
        try {
            lines.forEach(each -> unwritten.remove(each.target(), each));
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
