package loomchat.chat;

import java.time.Duration;
import loomchat.ws.CloseCode;
import loomchat.ws.WebSocket;

/**
 * Finds connections whose client is gone: pings a silent client, and ends a connection that does not answer in time,
 * blocks its partner's sends, does not finish a message, or does not close. Reaper only.
 */
final class Liveness {
    private final Connection connection;
    private final WebSocket socket;
    private final Limits limits;

    private long clocksStart;
    private long pingedNanos;
    private long pingDueNanos;
    private long sentWhenDue;

    Liveness(Connection connection, WebSocket socket, Limits limits) {
        this.connection = connection;
        this.socket = socket;
        this.limits = limits;
    }

    /** @param clocksStart silence before this time does not count */
    void check(long now, long clocksStart) {
        this.clocksStart = clocksStart;
        if (isPast(socket.sendBlockedSince(), limits.sendTimeout(), now)) {
            // Its socket is full; the log has nothing to do with that.
            connection.endNow(DisconnectReason.SLOW);
        } else if (isSilentPast(socket.closeSentNanos(), limits.pongTimeout(), now)) {
            connection.endNow(DisconnectReason.TIMEOUT);
        } else if (isSilentPast(socket.midMessageSince(), limits.messageTimeout(), now)) {
            connection.end(DisconnectReason.TIMEOUT, CloseCode.POLICY_VIOLATION, "Message took too long");
        } else {
            checkAlive(now);
        }
    }

    private void checkAlive(long now) {
        boolean pausing = connection.pausing();
        long read = socket.lastReadNanos();
        boolean quiet = !pausing && isSilentPast(read, limits.pingInterval(), now);
        if (pausing || pingedNanos != 0 && read - pingedNanos >= 0) {
            pingedNanos = 0;
        }
        if (isSilentPast(pingedNanos, limits.pongTimeout(), now)) {
            connection.endNow(DisconnectReason.TIMEOUT);
        } else if (quiet && pingedNanos == 0) {
            ping(now);
        } else {
            pingDueNanos = 0;
        }
    }

    /** While there is no room for a ping, a client that reads what is sent to it counts as alive. */
    private void ping(long now) {
        long sent = socket.bytesOut();
        if (socket.pingIfIdle()) {
            pingedNanos = Math.max(1, now);
        } else if (pingDueNanos == 0 || sent != sentWhenDue) {
            pingDueNanos = Math.max(1, now);
            sentWhenDue = sent;
        } else if (isSilentPast(pingDueNanos, limits.sendTimeout(), now)) {
            connection.endNow(DisconnectReason.SLOW);
        }
    }

    /** As {@link #isPast}, not counting the time before {@link #clocksStart}. */
    private boolean isSilentPast(long since, Duration allowed, long now) {
        return isPast(since != 0 && clocksStart - since > 0 ? clocksStart : since, allowed, now);
    }

    private static boolean isPast(long since, Duration allowed, long now) {
        return since != 0 && now - since >= allowed.toNanos();
    }
}
