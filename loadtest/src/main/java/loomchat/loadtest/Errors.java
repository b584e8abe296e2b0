package loomchat.loadtest;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import loomchat.ws.HandshakeRefused;

/**
 * What went wrong, by kind, and the first example of each kind of fault. Any thread adds. Bounded: kinds above
 * {@link #MOST_KINDS} count as "other".
 */
final class Errors {
    private static final int MOST_KINDS = 64;
    private static final int MOST_EXAMPLE = 300;

    private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();
    private final Map<String, String> examples = new ConcurrentSkipListMap<>();

    void connectFailed(IOException e) {
        add("connect: " + kindOf(e), e.toString());
    }

    void broke(IOException e, boolean matched) {
        add((matched ? "chatting: " : "waiting: ") + kindOf(e), e.toString());
    }

    /** The server closed a connection that nobody here wanted to end. */
    void closed(int code, String reason, boolean matched) {
        String what = code == 1006 ? "closed without a close frame" : "close code " + code;
        add((matched ? "chatting: " : "waiting: ") + what, reason.isEmpty() ? what : what + " " + reason);
    }

    void example(String fault, String details) {
        if (examples.size() < MOST_KINDS) {
            examples.putIfAbsent(fault, shortened(details));
        }
    }

    boolean hasExample(String fault) {
        return examples.containsKey(fault);
    }

    /** The server refused something, as its protocol allows. */
    void told(String code) {
        add("told: " + code, "");
    }

    /** A server that sends something other than the protocol. */
    void protocol(String what, String details) {
        add("protocol: " + what, details);
    }

    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        kinds.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    Map<String, String> examples() {
        return new TreeMap<>(examples);
    }

    private void add(String kind, String details) {
        String key = kinds.size() < MOST_KINDS || kinds.containsKey(kind) ? kind : "other";
        kinds.computeIfAbsent(key, k -> new LongAdder()).increment();
        if (!details.isEmpty()) {
            example(key, details);
        }
    }

    /** The kinds that a reader tells apart: ours (descriptors, ports), the network's, the server's. */
    static String kindOf(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("too many open files")) {
            return "this side is out of descriptors";
        }
        if (e instanceof BindException || message.contains("cannot assign requested address")) {
            return "this side is out of ports";
        }
        return switch (e) {
            case Dialer.NotSpoken unknown -> "subprotocol not spoken";
            case HandshakeRefused refused -> refused.status() == 0 ? "handshake" : "HTTP " + refused.status();
            case UnknownHostException unknown -> "DNS";
            case SSLException tls -> "TLS";
            case SocketTimeoutException timeout -> "timeout";
            case NoRouteToHostException unreachable -> "unreachable";
            case ConnectException refused -> message.contains("timed out") ? "timeout" : "refused";
            case EOFException eof -> "closed early";
            default -> message.contains("reset") || message.contains("broken pipe") ? "reset" : "I/O error";
        };
    }

    private static String shortened(String text) {
        return text.length() <= MOST_EXAMPLE ? text : text.substring(0, MOST_EXAMPLE) + "…";
    }
}
