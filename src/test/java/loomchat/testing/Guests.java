package loomchat.testing;

import java.net.InetAddress;
import java.util.function.LongSupplier;
import loomchat.chat.ChatContext;
import loomchat.chat.Limits;
import loomchat.chat.visitor.Blocks;
import loomchat.chat.visitor.Visitor;
import loomchat.chat.visitor.VisitorLimits;
import loomchat.chat.visitor.Visitors;
import loomchat.counters.Counters;
import loomchat.identity.InvalidToken;
import loomchat.log.EventLog;

/** The context of a chat server whose visitors are all guests without limits of their own. */
public final class Guests {
    private static final VisitorLimits NO_LIMITS = new VisitorLimits(0, 0, 0, 0, Integer.MAX_VALUE, Long.MAX_VALUE, 0);

    private Guests() {}

    public static ChatContext context(
            Limits limits, EventLog log, Counters counters, LongSupplier wallMillis, LongSupplier nanos) {
        return new ChatContext(
                limits,
                log,
                counters,
                new Visitors(NO_LIMITS, Blocks.NONE, suspended -> {}, nanos),
                token -> {
                    throw new InvalidToken();
                },
                wallMillis,
                nanos);
    }

    public static Visitor guest(Visitors visitors) {
        return visitors.admit(InetAddress.getLoopbackAddress(), null, null);
    }
}
