package loomchat.chat.visitor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The account of each address that has a connection, or had one a moment ago: who closes a connection and opens another
 * has used up what he had. Any thread; entries change inside the map's methods.
 */
final class RateAccounts {
    /** Further addresses share no account: memory stays bounded, and other limits bound all of them together. */
    private static final int MOST = 100_000;

    private final RateAccount.Rates rates;
    private final Map<Object, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(RateAccount account, int connections) {}

    RateAccounts(RateAccount.Rates rates) {
        this.rates = rates;
    }

    /** The account of a new connection, to be {@link #leave left}; null where addresses are not counted. */
    RateAccount enter(Object key, long now) {
        if (key == null || entries.size() >= MOST && !entries.containsKey(key)) {
            return null;
        }
        return entries.compute(
                        key,
                        (any, entry) -> entry == null
                                ? new Entry(new RateAccount(rates, now), 1)
                                : new Entry(entry.account, entry.connections + 1))
                .account;
    }

    void leave(Object key, RateAccount account) {
        if (account != null) {
            entries.computeIfPresent(key, (any, entry) -> new Entry(entry.account, entry.connections - 1));
        }
    }

    /** Once a second. */
    void forgetUnused(long now) {
        entries.values().removeIf(each -> each.connections <= 0 && each.account.isUnused(now));
    }

    int size() {
        return entries.size();
    }
}
