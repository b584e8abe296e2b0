package loomchat.chat.visitor;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The rates that all connections of one address, or of one identity, share. Any thread, without locks. Each rate is
 * kept as the time until which it is used up.
 */
final class RateAccount {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Rates rates;
    private final AtomicLong messagesPaidUntil;
    private final AtomicLong reportsPaidUntil;

    /**
     * @param messagesPerSecond a second's worth at once; 0 is no limit
     * @param reportsPerHour about partners, an hour's worth at once; 0 is no limit
     */
    record Rates(int messagesPerSecond, int reportsPerHour) {}

    RateAccount(Rates rates, long nowNanos) {
        this.rates = rates;
        messagesPaidUntil = new AtomicLong(nowNanos);
        reportsPaidUntil = new AtomicLong(nowNanos);
    }

    /** Charges messages that were read at {@code now}; returns for how many nanoseconds their client must wait. */
    long chargeMessages(long messages, long now) {
        if (rates.messagesPerSecond == 0 || messages == 0) {
            return 0;
        }
        long price = messages * SECOND / rates.messagesPerSecond;
        while (true) {
            long paid = messagesPaidUntil.get();
            long next = later(paid, now) + price;
            if (messagesPaidUntil.compareAndSet(paid, next)) {
                return Math.max(0, next - now - SECOND);
            }
        }
    }

    /** Charges one report, unless there have been too many. */
    boolean mayReport(long now) {
        if (rates.reportsPerHour == 0) {
            return true;
        }
        long hour = TimeUnit.HOURS.toNanos(1);
        long price = hour / rates.reportsPerHour;
        while (true) {
            long paid = reportsPaidUntil.get();
            long next = later(paid, now) + price;
            if (next - now > hour) {
                return false;
            }
            if (reportsPaidUntil.compareAndSet(paid, next)) {
                return true;
            }
        }
    }

    /** Whether nothing of it is used up. */
    boolean isUnused(long now) {
        return messagesPaidUntil.get() - now <= 0 && reportsPaidUntil.get() - now <= 0;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
