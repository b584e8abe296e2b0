package loomchat.log;

import java.util.SortedMap;

/**
 * One fact for {@code chat-logs.jsonl}. Made by the thread on which it happened, encoded by the log writer.
 *
 * <p>{@code millis} is the wall clock in milliseconds since the epoch, {@code session} and {@code pair} are numbers
 * that are unique within one server run, durations are in milliseconds and sizes in bytes of UTF-8 as the client sent
 * it. Message text is never part of an event.
 */
public sealed interface Event {
    long millis();

    /**
     * The first line of a run. {@code tornBytes} were cut off the end of the file that the run before left.
     * {@code scheduler} runs the virtual threads of connections: {@code loops}, or {@code jdk} where the JDK allows no
     * other. {@code node} is its number among the servers of a crowd, 0 for a server of its own. {@code flags} are
     * those of the JVM that begin with {@code -X}, separated by spaces; may be empty.
     */
    record ServerStarted(
            long millis,
            String version,
            String java,
            long pid,
            String address,
            SortedMap<String, String> settings,
            long tornBytes,
            String scheduler,
            long node,
            String flags)
            implements Event {
        public ServerStarted(
                long millis,
                String version,
                String java,
                long pid,
                String address,
                SortedMap<String, String> settings,
                long tornBytes,
                String scheduler,
                long node) {
            this(millis, version, java, pid, address, settings, tornBytes, scheduler, node, "");
        }
    }

    /** The last line of a run that ended in order. A start without one before it is a crash. */
    record ServerStopped(long millis, String reason, long uptimeMillis) implements Event {}

    /**
     * A client finished its handshake. {@code protocol} is {@code plain}, {@code chat.v1} or {@code echo};
     * {@code identity} is null for a guest.
     */
    record NewConnection(long millis, long session, String protocol, String identity) implements Event {}

    /** Two sessions became a pair: {@code session} came second, {@code partner} had waited {@code waitedMillis}. */
    record Matched(long millis, long session, long pair, long partner, long waitedMillis) implements Event {}

    /** One message of {@code session} was handed to its partner's socket. */
    record MessageRelay(long millis, long session, long pair, int bytes) implements Event {}

    /** A pair ended because {@code session} left {@code partner}, for {@code reason}. Totals are of both directions. */
    record ChatEnded(
            long millis,
            long session,
            long pair,
            String reason,
            long chatMillis,
            long messages,
            long bytes,
            long partner)
            implements Event {}

    /**
     * A connection is gone. {@code reason} is one of a fixed set (see {@code loomchat.chat.DisconnectReason}),
     * {@code code} the close code that ended it (1006 when there was none), {@code dropped} the messages said while
     * unmatched.
     */
    record Disconnected(
            long millis, long session, String reason, int code, long sessionMillis, long messages, long dropped)
            implements Event {}

    /**
     * The visitor of {@code from}, whose connection was broken for {@code awayMillis}, came back as {@code session}.
     * The record names it by its newest session.
     */
    record ChatResumed(long millis, long session, long pair, long from, long awayMillis) implements Event {}

    /**
     * Both of a pair have agreed to a call; {@code call} is its number in the pair. {@code kinds} is what either of the
     * two sends at first: {@code audio}, {@code video}, {@code audio+video} or {@code none}.
     */
    record CallStarted(long millis, long session, long pair, long call, long partner, String kinds) implements Event {}

    /**
     * A call is over: {@code reason} is {@code ended} or {@code failed}, or why the chat is over. What follows is what
     * the pages tell: whether a picture or sound of the partner came, how long after the agreement, whether a TURN
     * server carried it, and the bytes that the page of {@code session} sent and received.
     */
    record CallEnded(
            long millis,
            long session,
            long pair,
            long call,
            String reason,
            long callMillis,
            boolean connected,
            long firstFrameMillis,
            boolean relayed,
            long mediaBytesOut,
            long mediaBytesIn)
            implements Event {}

    /** {@code session} reported its partner; {@code reason} is one of a fixed set. Identities are null for guests. */
    record Reported(
            long millis, long session, long pair, long partner, String reason, String identity, String partnerIdentity)
            implements Event {}

    /**
     * {@code session} blocked its partner, in their chat or after it: {@code lasting} beyond both connections.
     * Identities are null for guests.
     */
    record Blocked(
            long millis,
            long session,
            long pair,
            long partner,
            boolean lasting,
            String identity,
            String partnerIdentity)
            implements Event {}

    /** An identity was ended, and its connections are closed: {@code reason} is {@code replay} or {@code ended}. */
    record SessionRevoked(long millis, String identity, String reason) implements Event {}

    /**
     * The disk accepted nothing for {@code stalledMillis}; {@code heldLines} waited in memory and are written now.
     */
    record LogRecovered(long millis, String cause, long stalledMillis, long heldLines) implements Event {}

    /** A log file was moved away, truncated or deleted under the running server, and a new one begun. */
    record LogFileReplaced(long millis, String file, String what) implements Event {}

    /**
     * A load client announced that its run begins; {@code id} pairs it with its end. {@code more} is what else it told:
     * members of a JSON object, each with a comma in front; may be empty.
     */
    record LoadTestStarted(long millis, String id, String scenario, long clients, String more) implements Event {
        public LoadTestStarted(long millis, String id, String scenario, long clients) {
            this(millis, id, scenario, clients, "");
        }
    }

    /** A load client announced that its run ended with {@code result}; {@code more} as at the start. */
    record LoadTestEnded(long millis, String id, String scenario, String result, String more) implements Event {
        public LoadTestEnded(long millis, String id, String scenario, String result) {
            this(millis, id, scenario, result, "");
        }
    }

    /**
     * Somebody is kept out from now on: an identity, or addresses as the operator wrote them. {@code until} is a time
     * as in lines, null for good; {@code by} an operator.
     */
    record Banned(long millis, String target, String until, String reason, String by) implements Event {}

    /** A ban was lifted before its time. */
    record Unbanned(long millis, String target, String by) implements Event {}

    /** An operator did something; {@code action} is one of a fixed set. */
    record OperatorAction(long millis, String operator, String action, String detail) implements Event {}
}
