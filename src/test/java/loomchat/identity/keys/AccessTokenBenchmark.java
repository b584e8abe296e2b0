package loomchat.identity.keys;

import java.time.Duration;
import java.util.List;
import loomchat.bench.CpuCost;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;

/** What it costs to take or to refuse a token of our own. */
public final class AccessTokenBenchmark {
    private AccessTokenBenchmark() {}

    private static AccessTokens tokens(String id) {
        KeyRing ring = new KeyRing(List.of(new SigningKey(id, new byte[SigningKey.SECRET_BYTES], 0, Long.MAX_VALUE)));
        return new AccessTokens(() -> ring, Duration.ofHours(1), System::currentTimeMillis);
    }

    public static void run() throws Exception {
        AccessTokens tokens = tokens("a");
        Identity visitor = new Identity("s".repeat(22), "f".repeat(22));
        String good = tokens.issue(visitor);
        int at = good.length() - 20;
        String touched = good.substring(0, at) + (good.charAt(at) == 'A' ? 'B' : 'A') + good.substring(at + 1);
        String otherKey = tokens("b").issue(visitor);
        System.out.println("A token of our own");
        CpuCost.print("HS256", () -> verify(tokens, good));
        CpuCost.print("HS256, another signature", () -> verify(tokens, touched));
        CpuCost.print("of an unknown key", () -> verify(tokens, otherKey));
    }

    private static Object verify(AccessTokens tokens, String token) {
        try {
            return tokens.verify(token);
        } catch (InvalidToken e) {
            return e;
        }
    }
}
