package loomchat.chat.visitor;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The identities that have reported one visitor within the last hour. Any thread; its monitor is held for a moment. */
final class Reporters {
    private static final long WINDOW_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int MOST = 64;

    private record Report(Object addressKey, long nanos) {}

    private final Map<Long, Report> byReporter = new LinkedHashMap<>();

    /**
     * Adds a report and returns how many there are now: one for each identity, and one for each address, because
     * somebody alone can have many identities. Addresses that are not counted tell nobody apart.
     */
    synchronized int add(long reporter, Object addressKey, long now) {
        byReporter.values().removeIf(each -> now - each.nanos > WINDOW_NANOS);
        byReporter.put(reporter, new Report(addressKey, now));
        if (byReporter.size() > MOST) {
            byReporter.remove(byReporter.keySet().iterator().next());
        }
        Set<Object> different = new HashSet<>();
        byReporter.forEach(
                (identity, report) -> different.add(report.addressKey == null ? identity : report.addressKey));
        return different.size();
    }

    synchronized void clear() {
        byReporter.clear();
    }
}
