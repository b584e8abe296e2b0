package loomchat.web.handshake;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client offers in its handshake besides the WebSocket: the protocol it speaks, and how it proves who it is. A
 * page cannot set headers, so that both may lie among the subprotocols; they are never answered.
 *
 * @param token null without one
 * @param work the solution of a proof of work, null without one
 * @param isAmbiguous whether there are two tokens, or two solutions
 */
record HandshakeOffer(boolean chatV1, String token, String work, boolean isAmbiguous) {
    private static final HeaderName PROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");
    private static final HeaderName WORK = HeaderNames.create("Loomchat-Work");
    private static final String CHAT_V1 = "chat.v1";
    private static final String TOKEN_PREFIX = "token.";
    private static final String WORK_PREFIX = "work.";
    private static final String BEARER = "Bearer";

    static HandshakeOffer of(Headers headers) {
        List<String> tokens = new ArrayList<>(1);
        List<String> works = new ArrayList<>(1);
        boolean chatV1 = false;
        for (String value : headers.all(PROTOCOL, List::of)) {
            int end;
            for (int start = 0; start <= value.length(); start = end + 1) {
                end = value.indexOf(',', start) < 0 ? value.length() : value.indexOf(',', start);
                while (start < end && isSpace(value.charAt(start))) {
                    start++;
                }
                // Compared exactly (RFC 6455, 4.1).
                if (value.startsWith(TOKEN_PREFIX, start)) {
                    tokens.add(
                            value.substring(start + TOKEN_PREFIX.length(), end).stripTrailing());
                } else if (value.startsWith(WORK_PREFIX, start)) {
                    works.add(value.substring(start + WORK_PREFIX.length(), end).stripTrailing());
                } else {
                    chatV1 |= value.substring(start, end).stripTrailing().equals(CHAT_V1);
                }
            }
        }
        for (String value : headers.all(HeaderNames.AUTHORIZATION, List::of)) {
            // Another scheme is for a proxy in front.
            String[] parts = value.strip().split(" +", 2);
            if (parts[0].equalsIgnoreCase(BEARER)) {
                tokens.add(parts.length == 1 ? "" : parts[1]);
            }
        }
        works.addAll(headers.all(WORK, List::of));
        return new HandshakeOffer(chatV1, only(tokens), only(works), tokens.size() > 1 || works.size() > 1);
    }

    private static boolean isSpace(char each) {
        return each == ' ' || each == '\t';
    }

    private static String only(List<String> values) {
        return values.isEmpty() ? null : values.getFirst();
    }

    /** Without what proves anything. */
    @Override
    public String toString() {
        return "offer of " + (chatV1 ? CHAT_V1 : "no subprotocol") + (token == null ? "" : ", with a token");
    }
}
