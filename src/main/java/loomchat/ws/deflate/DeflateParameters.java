package loomchat.ws.deflate;

import java.util.ArrayList;
import java.util.List;

/**
 * Negotiation of permessage-deflate (RFC 7692, 5 and 7.1). The outcome says how both directions of one connection are
 * compressed.
 *
 * <p>We agree to any window size that a client asks of us. The JDK's inflater reads any window, so any size for the
 * other direction is accepted.
 *
 * @param sendTakeover whether we keep our context from message to message
 * @param sendWindowBits how far back our data may refer, as a power of two
 * @param receiveTakeover whether the peer keeps its own context
 * @param response the header value that agrees to the offer
 */
public record DeflateParameters(boolean sendTakeover, int sendWindowBits, boolean receiveTakeover, String response) {
    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_TAKEOVER = "server_no_context_takeover";
    private static final String CLIENT_NO_TAKEOVER = "client_no_context_takeover";
    private static final String SERVER_BITS = "server_max_window_bits";
    private static final String CLIENT_BITS = "client_max_window_bits";

    /**
     * A client's offer: the server may keep or drop both contexts, but not narrow our window, which is always 15 bits.
     */
    public static final String OFFER = NAME;

    /** Whether this connection has a compressor of its own. */
    public boolean keepsContext() {
        return sendTakeover || receiveTakeover;
    }

    /**
     * A server's answer to {@code Sec-WebSocket-DeflateParameters}: the first offer that can be honoured, or null.
     *
     * @param mayKeepContext whether this connection may have compressors of its own
     */
    public static DeflateParameters accept(List<String> headerValues, boolean mayKeepContext) {
        for (String value : headerValues) {
            for (String offer : value.split(",", -1)) {
                DeflateParameters accepted = acceptOffer(offer, mayKeepContext);
                if (accepted != null) {
                    return accepted;
                }
            }
        }
        return null;
    }

    private static DeflateParameters acceptOffer(String offer, boolean mayKeepContext) {
        List<String[]> parameters = parameters(offer);
        if (parameters == null || repeats(parameters)) {
            return null;
        }
        boolean serverKeeps = mayKeepContext;
        boolean clientKeeps = mayKeepContext;
        String serverBits = null;
        for (String[] each : parameters) {
            if (!allowed(each[0], each[1])) {
                return null;
            }
            switch (each[0]) {
                case SERVER_NO_TAKEOVER -> serverKeeps = false;
                case CLIENT_NO_TAKEOVER -> clientKeeps = false;
                case SERVER_BITS -> serverBits = each[1];
                case CLIENT_BITS -> {}
                default -> {
                    return null;
                }
            }
        }
        int bits = serverBits == null ? MessageDeflater.MOST_WINDOW_BITS : Integer.parseInt(serverBits);
        return new DeflateParameters(serverKeeps, bits, clientKeeps, response(serverKeeps, clientKeeps, serverBits));
    }

    private static boolean allowed(String name, String value) {
        return switch (name) {
            case SERVER_BITS -> isBits(value);
            case CLIENT_BITS -> value == null || isBits(value);
            default -> value == null;
        };
    }

    private static String response(boolean serverKeeps, boolean clientKeeps, String serverBits) {
        return NAME
                + (serverKeeps ? "" : "; " + SERVER_NO_TAKEOVER)
                + (clientKeeps ? "" : "; " + CLIENT_NO_TAKEOVER)
                + (serverBits == null ? "" : "; " + SERVER_BITS + "=" + serverBits);
    }

    /** The server's answer as its client understands it; null when it is not a valid answer to {@link #OFFER}. */
    public static DeflateParameters agreed(String response) {
        List<String[]> parameters = parameters(response);
        if (parameters == null || repeats(parameters)) {
            return null;
        }
        boolean serverKeeps = true;
        boolean clientKeeps = true;
        for (String[] each : parameters) {
            switch (each[0]) {
                case SERVER_NO_TAKEOVER -> serverKeeps = false;
                case CLIENT_NO_TAKEOVER -> clientKeeps = false;
                case SERVER_BITS -> {}
                default -> {
                    return null;
                }
            }
            boolean valid = each[0].equals(SERVER_BITS) ? isBits(each[1]) : each[1] == null;
            if (!valid) {
                return null;
            }
        }
        return new DeflateParameters(clientKeeps, MessageDeflater.MOST_WINDOW_BITS, serverKeeps, response);
    }

    private static boolean repeats(List<String[]> parameters) {
        return parameters.stream().map(each -> each[0]).distinct().count() < parameters.size();
    }

    private static boolean isBits(String value) {
        return value != null && value.matches("[89]|1[0-5]");
    }

    /** The parameters behind the extension's name, as names and values or null; null for another extension. */
    private static List<String[]> parameters(String offer) {
        String[] parts = offer.split(";", -1);
        if (!parts[0].strip().equalsIgnoreCase(NAME)) {
            return null;
        }
        List<String[]> parameters = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            String value = pair.length == 1 ? null : unquoted(pair[1].strip());
            parameters.add(new String[] {pair[0].strip().toLowerCase(java.util.Locale.ROOT), value});
        }
        return parameters;
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
