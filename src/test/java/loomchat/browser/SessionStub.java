package loomchat.browser;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.ws.Handshake;

/**
 * A {@link Tunnel} that answers a page's requests for tokens, and its handshakes, in the server's place where the test
 * says so, and keeps what was asked. The tunnel's threads ask it; the test's thread says how to answer, and looks.
 */
final class SessionStub {
    static final String MAKE = "POST /session ";
    static final String REFRESH = "POST /session/refresh ";
    static final String END = "DELETE /session ";
    static final String WORK = "GET /work ";
    static final String CONNECT = "GET /ws ";
    static final String READY = "GET /readyz ";
    /** No number below 60 million solves it with 26 bits. */
    static final String CHALLENGE = "d".repeat(70);

    private static final Pattern KEY = Pattern.compile("(?i)\r\nSec-WebSocket-Key: (\\S+)\r\n");

    private final Tunnel network;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Map<String, UnaryOperator<String>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger tokens = new AtomicInteger();

    SessionStub(Tunnel network) {
        this.network = network;
        network.answer(this::answerTo);
    }

    Tunnel network() {
        return network;
    }

    /** {@code answer} returns a response to a request that begins so, or null for what the server is to answer. */
    void on(String beginning, UnaryOperator<String> answer) {
        answers.put(beginning, answer);
    }

    private String answerTo(String request) {
        for (String beginning : List.of(MAKE, REFRESH, END, WORK, CONNECT, READY)) {
            if (request.startsWith(beginning)) {
                requests.add(request.replaceFirst("(?im)^Cookie: .*\\R", ""));
                return answers.getOrDefault(beginning, any -> null).apply(request);
            }
        }
        return null;
    }

    /** What was asked so far, beginning like that. */
    List<String> asked(String beginning) {
        return requests.stream().filter(each -> each.startsWith(beginning)).toList();
    }

    /** Which subprotocols were offered in each handshake. */
    List<String> offers() {
        return asked(CONNECT).stream()
                .map(each -> each.replaceFirst("(?s).*Sec-WebSocket-Protocol: (.*?)\r\n.*", "$1"))
                .toList();
    }

    /** A new token of the subject and session {@code name}. */
    String token(String name, int generation) {
        String payload =
                "{\"sub\":\"%1$s\",\"sid\":\"%1$s\",\"jti\":\"%2$d\"}".formatted(name, tokens.incrementAndGet());
        String encoded =
                Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        return Tunnel.response(
                "200 OK",
                "",
                "{\"token\":\"e30.%s.c2ln\",\"expiresIn\":300,\"generation\":%d}".formatted(encoded, generation));
    }

    /** The answer to a handshake that opens the WebSocket and closes it at once. */
    static String openAndClose(String request, int code, String reason) {
        Matcher key = KEY.matcher(request);
        if (!key.find()) {
            throw new AssertionError("No handshake: " + request);
        }
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Protocol: chat.v1\r\nSec-WebSocket-Accept: " + Handshake.accept(key.group(1))
                + "\r\n\r\n"
                + (char) 0x88 + (char) (2 + reason.length()) + (char) (code >> 8) + (char) (code & 0xff) + reason;
    }

    /** The refusal without a solved challenge. */
    static String work(int bits) {
        return error(
                "428 Precondition Required",
                "work-required",
                ",\"work\":{\"challenge\":\"" + CHALLENGE + "\",\"bits\":" + bits + "}");
    }

    /** {@code until} is null for good. */
    static String banned(String until, String reason) {
        String when = until == null ? "" : ",\"until\":\"" + until + "\"";
        return error("403 Forbidden", "banned", when + ",\"reason\":\"" + reason + "\"");
    }

    /** An error of {@code /session}; {@code more} are further members, each after a comma. */
    static String error(String status, String code, String more) {
        return Tunnel.response(status, "", "{\"error\":\"" + code + "\",\"text\":\"For people.\"" + more + "}");
    }
}
