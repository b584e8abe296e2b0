package loomchat.identity.operators;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loomchat.identity.store.Journal;

/**
 * The logins whose operators have signed out, until they would have ended by themselves. Any thread asks and hears of
 * them, without waiting; who signs out waits until the system has it, for a second at the most. A file keeps them,
 * because a login outlives a restart.
 *
 * <p>At most {@link #MOST}, more than the limit on sign-ins lets one server begin in that time. Then the one that would
 * end next is forgotten, and all that would end until then count as signed out.
 */
public final class SignedOut implements AutoCloseable {
    static final int MOST = 50_000;

    private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Pattern LINE = Pattern.compile("\\{\"id\":\"([0-9A-Za-z_-]{22})\",\"until\":(\\d{1,15})\\}");

    private final LongSupplier wallClockMillis;
    private final ObjLongConsumer<String> onSignedOut;
    /** When each would have ended, by its id; changed under this. */
    private final Map<String, Long> untils = new ConcurrentHashMap<>();

    private volatile long allUntil;
    /** Null where nothing is kept. */
    private final Journal journal;

    /**
     * @param file null to keep them in memory alone
     * @param onSignedOut gets the id of a login that was ended here, and when it would have ended
     */
    public SignedOut(Path file, LongSupplier wallClockMillis, ObjLongConsumer<String> onSignedOut) throws IOException {
        this.wallClockMillis = wallClockMillis;
        this.onSignedOut = onSignedOut;
        journal = file == null ? null : Journal.open(file, this::read, this::lines);
    }

    boolean has(OperatorLogin login) {
        return untils.containsKey(login.id()) || login.untilMillis() <= allUntil;
    }

    void add(OperatorLogin login) {
        if (!put(login.id(), login.untilMillis())) {
            return;
        }
        onSignedOut.accept(login.id(), login.untilMillis());
        if (journal != null) {
            journal.awaitWritten(journal.append(line(login.id(), login.untilMillis())), WRITE_NANOS);
        }
    }

    /** Another server says that an operator has signed out there. */
    public void heard(String id, long untilMillis) {
        if (OperatorLogin.isId(id) && put(id, untilMillis) && journal != null) {
            journal.append(line(id, untilMillis));
        }
    }

    /** False if it was known, or matters no more. */
    private synchronized boolean put(String id, long untilMillis) {
        long now = wallClockMillis.getAsLong();
        boolean matters = !isOver(untilMillis, now)
                && untilMillis
                        <= now + OperatorLogins.LENGTH.plus(OperatorLogins.SKEW).toMillis();
        if (!matters || untils.putIfAbsent(id, untilMillis) != null) {
            return false;
        }
        if (untils.size() > MOST) {
            Map.Entry<String, Long> next = untils.entrySet().stream()
                    .min(Comparator.comparingLong(Map.Entry::getValue))
                    .orElseThrow();
            allUntil = Math.max(allUntil, next.getValue());
            untils.remove(next.getKey());
        }
        return true;
    }

    /** The clock may be set back. */
    private static boolean isOver(long untilMillis, long now) {
        return untilMillis + OperatorLogins.SKEW.toMillis() <= now;
    }

    /** When each would have ended, by its id. */
    public Map<String, Long> all() {
        return Map.copyOf(untils);
    }

    /** Called once a minute, and before the file is rewritten. */
    public void forgetOld() {
        long now = wallClockMillis.getAsLong();
        untils.values().removeIf(each -> isOver(each, now));
    }

    // The file

    private static String line(String id, long untilMillis) {
        return "{\"id\":\"" + id + "\",\"until\":" + untilMillis + "}";
    }

    private void read(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("A damaged line");
        }
        put(parts.group(1), Long.parseLong(parts.group(2)));
    }

    private Stream<String> lines() {
        forgetOld();
        return untils.entrySet().stream().map(each -> line(each.getKey(), each.getValue()));
    }

    @Override
    public void close() {
        if (journal != null) {
            journal.close();
        }
    }
}
