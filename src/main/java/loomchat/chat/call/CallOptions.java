package loomchat.chat.call;

import java.util.List;

/**
 * Whether visitors can call each other, and the servers that help their browsers to find each other.
 *
 * @param turn null when there is no TURN server
 */
public record CallOptions(Policy policy, List<String> stunUrls, TurnServers turn) {
    public static final CallOptions OFF = new CallOptions(Policy.OFF, List.of(), null);

    /** Which way media may go. */
    public enum Policy {
        OFF,
        /** Through TURN servers alone: nobody learns the partner's address. */
        RELAY,
        /** Straight from browser to browser where that works. */
        ALL
    }

    public boolean on() {
        return policy != Policy.OFF;
    }
}
