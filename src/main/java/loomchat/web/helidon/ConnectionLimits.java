package loomchat.web.helidon;

import java.net.InetAddress;
import java.time.Duration;

/**
 * How many sockets may be open, and how long one may go without a response.
 *
 * @param most open at once, WebSockets among them
 * @param answerTimeout after which a connection without a response is closed: it is silent, slow, or does not read
 * @param addresses counts them per address
 */
public record ConnectionLimits(int most, Duration answerTimeout, PerAddress addresses) {
    /** How many sockets each address has. Any thread. */
    public interface PerAddress {
        /** Counts one more; false, and not counted, when the address has as many as it may have. */
        boolean enter(InetAddress peer);

        void leave(InetAddress peer);
    }
}
