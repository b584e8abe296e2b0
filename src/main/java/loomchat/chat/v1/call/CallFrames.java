package loomchat.chat.v1.call;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import loomchat.chat.call.CallKinds;
import loomchat.chat.call.CallOptions;
import loomchat.chat.call.PairCalls;
import loomchat.chat.call.TurnServers;

/** Every message about calls that the server sends to a {@code chat.v1} client, as the payload of a text frame. */
public final class CallFrames {
    private CallFrames() {}

    /** The client's invitation is under way. */
    static byte[] invited(long chat, long call) {
        return utf8(start(chat, call) + "invited\"}");
    }

    static byte[] invite(long chat, long call, CallKinds kinds) {
        return utf8(start(chat, call) + "invite\",\"kinds\":" + strings(kinds.names()) + "}");
    }

    /**
     * The call is on.
     *
     * @param kinds what the partner sends at first
     */
    static byte[] accept(long chat, long call, CallKinds kinds, boolean polite) {
        return utf8(start(chat, call) + "accept\",\"kinds\":" + strings(kinds.names()) + ",\"polite\":" + polite + "}");
    }

    static byte[] decline(long chat, long call) {
        return utf8(start(chat, call) + "decline\",\"seconds\":" + PairCalls.DECLINED_SECONDS + "}");
    }

    static byte[] end(long chat, long call, String why) {
        return utf8(start(chat, call) + "end\",\"why\":\"" + why + "\"}");
    }

    /**
     * What the partner's page says.
     *
     * @param data the inside of its JSON string
     */
    public static byte[] signal(long chat, long call, long id, byte[] data) {
        byte[] head =
                utf8("{\"type\":\"signal\",\"chat\":" + chat + ",\"call\":" + call + ",\"id\":" + id + ",\"data\":\"");
        byte[] all = new byte[head.length + data.length + 2];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(data, 0, all, head.length, data.length);
        all[all.length - 2] = '"';
        all[all.length - 1] = '}';
        return all;
    }

    /** The servers with whose help the client's browser finds its partner's. */
    public static byte[] ice(long chat, long call, boolean newcomer, CallOptions options, long wallClockMillis) {
        StringBuilder text = new StringBuilder("{\"type\":\"ice\",\"chat\":" + chat + ",\"call\":" + call
                + ",\"policy\":\"" + options.policy().name().toLowerCase(Locale.ROOT) + "\",\"servers\":[");
        if (options.policy() == CallOptions.Policy.ALL && !options.stunUrls().isEmpty()) {
            text.append("{\"urls\":").append(strings(options.stunUrls())).append('}');
        }
        TurnServers turn = options.turn();
        if (turn != null) {
            TurnServers.Credentials credentials =
                    turn.credentials(chat + "." + call + (newcomer ? "n" : "p"), wallClockMillis);
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ",")
                    .append("{\"urls\":")
                    .append(strings(turn.urls()))
                    .append(",\"username\":\"")
                    .append(credentials.username())
                    .append("\",\"credential\":\"")
                    .append(credentials.credential())
                    .append("\"}");
        }
        return utf8(text.append("],\"seconds\":")
                .append(TurnServers.SECONDS)
                .append('}')
                .toString());
    }

    private static String start(long chat, long call) {
        return "{\"type\":\"call\",\"chat\":" + chat + ",\"call\":" + call + ",\"do\":\"";
    }

    /** They need no escapes: kinds, and addresses of servers as the settings allow them. */
    private static String strings(List<String> plain) {
        return plain.stream().map(each -> '"' + each + '"').collect(Collectors.joining(",", "[", "]"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
