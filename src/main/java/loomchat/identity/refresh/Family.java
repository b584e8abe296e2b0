package loomchat.identity.refresh;

import java.util.concurrent.TimeUnit;

/** One visitor's line of refresh tokens. Its monitor guards it; request threads hold it for microseconds. */
final class Family {
    private static final long NANOS_PER_REFRESH = TimeUnit.SECONDS.toNanos(3);
    private static final long BURST = 40;

    final String id;
    final String subject;

    long generation;
    /** The key that signed the newest token. */
    String keyId;

    /** When the newest token was made: on the wall clock, which the store keeps, and on the monotonic one. */
    long rotatedMillis;

    long rotatedNanos;
    boolean ended;

    /** Refreshes are paid until then. */
    private long paidUntilNanos;

    Family(String id, String subject, long generation, String keyId, long rotatedMillis, long nowNanos) {
        this.id = id;
        this.subject = subject;
        this.generation = generation;
        this.keyId = keyId;
        this.rotatedMillis = rotatedMillis;
        rotatedNanos = nowNanos;
        paidUntilNanos = nowNanos;
    }

    RefreshToken newest() {
        return new RefreshToken(keyId, id, generation);
    }

    /** Twenty a minute, forty at once. */
    boolean mayRefresh(long nowNanos) {
        long paid = (paidUntilNanos - nowNanos > 0 ? paidUntilNanos : nowNanos) + NANOS_PER_REFRESH;
        if (paid - nowNanos > BURST * NANOS_PER_REFRESH) {
            return false;
        }
        paidUntilNanos = paid;
        return true;
    }

    void rotate(String newKeyId, long nowMillis, long nowNanos) {
        generation++;
        keyId = newKeyId;
        rotatedMillis = nowMillis;
        rotatedNanos = nowNanos;
    }
}
