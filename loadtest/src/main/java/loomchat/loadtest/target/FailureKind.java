package loomchat.loadtest.target;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import loomchat.ws.HandshakeRefused;

/**
 * Sorts failed connections into kinds: failures of this machine (descriptors, ports), of the network, of the
 * server.
 */
public final class FailureKind {
    private static final int UNAVAILABLE = 503;

    private FailureKind() {}

    /** Whether the connect may have failed because the server was killed, or is being started again. */
    public static boolean mayBeOfAKill(IOException e) {
        return e instanceof HandshakeRefused refused
                ? refused.status() == UNAVAILABLE || refused.status() == 0
                : Set.of("refused", "closed early", "reset").contains(of(e));
    }

    public static String of(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("too many open files")) {
            return "this side is out of descriptors";
        }
        if (e instanceof BindException || message.contains("cannot assign requested address")) {
            return "this side is out of ports";
        }
        return switch (e) {
            case Dialer.SubprotocolRefused unknown -> "subprotocol not spoken";
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
}
