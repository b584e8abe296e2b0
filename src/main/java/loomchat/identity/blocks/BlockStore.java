package loomchat.identity.blocks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loomchat.identity.store.Journal;

/**
 * Who has blocked whom, by the numbers of identities. Any thread; no call waits for the disk. An identity that neither
 * came back nor blocked anybody for the lifetime of identities is forgotten.
 */
public final class BlockStore implements AutoCloseable {
    private static final int MOST_OF_ONE = 1000;
    private static final int MOST_IDENTITIES = 500_000;
    private static final Pattern LINE =
            Pattern.compile("\\{\"identity\":(-\\d{1,19}),\"blocked\":(-\\d{1,19}),\"seen\":(\\d{1,18})\\}");

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final long lifetimeMillis;
    private final LongSupplier wallClockMillis;
    private final Journal journal;

    /** Guarded by itself. */
    private static final class Entry {
        private final Set<Long> blocked = new LinkedHashSet<>();
        private long seenMillis;
    }

    public BlockStore(Path file, Duration lifetime, LongSupplier wallClockMillis) throws IOException {
        this.lifetimeMillis = lifetime.toMillis();
        this.wallClockMillis = wallClockMillis;
        journal = Journal.open(file, this::read, this::lines);
    }

    /** Those whom {@code identity} has blocked; also says that it is here. */
    public Set<Long> blockedBy(long identity) {
        Entry entry = entries.get(identity);
        if (entry == null) {
            return Set.of();
        }
        synchronized (entry) {
            entry.seenMillis = wallClockMillis.getAsLong();
            return Set.copyOf(entry.blocked);
        }
    }

    /** Of very many the one that was blocked first is forgotten. */
    public void add(long identity, long blocked) {
        long now = wallClockMillis.getAsLong();
        if (put(identity, blocked, now)) {
            journal.append(line(identity, blocked, now));
        }
    }

    private boolean put(long identity, long blocked, long seenMillis) {
        if (entries.size() >= MOST_IDENTITIES && !entries.containsKey(identity)) {
            return false;
        }
        Entry entry = entries.computeIfAbsent(identity, none -> new Entry());
        synchronized (entry) {
            entry.blocked.add(blocked);
            entry.seenMillis = Math.max(entry.seenMillis, seenMillis);
            if (entry.blocked.size() > MOST_OF_ONE) {
                Iterator<Long> oldest = entry.blocked.iterator();
                oldest.next();
                oldest.remove();
            }
        }
        return true;
    }

    private static String line(long identity, long blocked, long seenMillis) {
        return "{\"identity\":" + identity + ",\"blocked\":" + blocked + ",\"seen\":" + seenMillis + "}";
    }

    private void read(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("A damaged line");
        }
        put(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3)));
    }

    private Stream<String> lines() {
        forgetOld();
        return entries.entrySet().stream().flatMap(each -> {
            synchronized (each.getValue()) {
                return each.getValue().blocked.stream()
                        .map(blocked -> line(each.getKey(), blocked, each.getValue().seenMillis))
                        .toList()
                        .stream();
            }
        });
    }

    /** Forgets identities that are over. Called once a minute, and before the file is rewritten. */
    public void forgetOld() {
        long oldest = wallClockMillis.getAsLong() - lifetimeMillis;
        entries.values().removeIf(each -> {
            synchronized (each) {
                return each.seenMillis < oldest;
            }
        });
    }

    @Override
    public void close() {
        journal.close();
    }
}
