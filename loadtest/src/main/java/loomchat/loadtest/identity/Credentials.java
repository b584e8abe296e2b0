package loomchat.loadtest.identity;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a user shows in its handshake.
 *
 * @param authorization value of the header, or null
 * @param token goes among the subprotocols, or null
 * @param work solution of a proof of work, or null
 * @param source the address to connect from, or null for any
 */
public record Credentials(String authorization, String token, String work, InetAddress source) {
    /** Of a guest. */
    public static Credentials none(InetAddress source) {
        return new Credentials(null, null, null, source);
    }

    public static Credentials of(BearerToken token, InetAddress source) {
        return new Credentials(token == null ? null : token.header(), null, null, source);
    }

    /** {@code inHeader}: as clients without a browser do, otherwise as a page does. */
    static Credentials of(String token, boolean inHeader, InetAddress source) {
        return inHeader
                ? new Credentials("Bearer " + token, null, null, source)
                : new Credentials(null, token, null, source);
    }

    public Credentials with(String solution) {
        return new Credentials(authorization, token, solution, source);
    }

    /** With the token and the solution behind them; a client without subprotocols sends those as headers. */
    public List<String> subprotocols(List<String> spoken) {
        List<String> all = new ArrayList<>(spoken);
        if (token != null) {
            all.add("token." + token);
        }
        if (work != null && !spoken.isEmpty()) {
            all.add("work." + work);
        }
        return all;
    }

    public Map<String, String> headers(List<String> spoken) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (authorization != null) {
            headers.put("Authorization", authorization);
        }
        if (work != null && spoken.isEmpty()) {
            headers.put("Loomchat-Work", work);
        }
        return headers;
    }

    @Override
    public String toString() {
        return "credentials";
    }
}
