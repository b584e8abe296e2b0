package loomchat.identity.issuers;

import java.nio.file.Files;
import java.nio.file.Path;
import loomchat.bench.CpuCost;
import loomchat.identity.InvalidToken;

/** What it costs to take or to refuse a token of another issuer: the cheap checks, and each kind of signature. */
public final class TokenBenchmark {
    private TokenBenchmark() {}

    public static void run() throws Exception {
        Path folder = Files.createTempDirectory("token-benchmark");
        IssuerFiles files = new IssuerFiles(folder);
        TestSigner rsa = TestSigner.rsa("r", 2048);
        TestSigner ec = TestSigner.ec("e", "secp256r1");
        files.write("rsa.json", TestSigner.set(rsa));
        files.write("ec.json", TestSigner.set(ec));
        Path list = files.list(
                IssuerFiles.issuer("rsa", "RS256", "file:rsa.json"), IssuerFiles.issuer("ec", "ES256", "file:ec.json"));
        try (TrustedIssuers issuers = TrustedIssuers.load(list)) {
            run(issuers, rsa, ec, System.currentTimeMillis());
        } finally {
            for (String each : new String[] {"issuers.json", "rsa.json", "ec.json", ""}) {
                Files.delete(folder.resolve(each));
            }
        }
    }

    private static void run(TrustedIssuers issuers, TestSigner rsa, TestSigner ec, long now) throws Exception {
        String claims = IssuerFiles.claims("ec", now);
        String other = IssuerFiles.claims("other", now);
        String padded = other.replace("{", "{\"pad\":\"" + "p".repeat(2800) + "\",");
        String rs256 = rsa.token(IssuerFiles.claims("rsa", now));
        String es256 = ec.token(claims);
        System.out.println("A token of another issuer");
        print("RS256, 2048 bits", issuers, rs256, now);
        print("RS256, another signature", issuers, touched(rs256), now);
        print("ES256", issuers, es256, now);
        print("ES256, another signature", issuers, touched(es256), now);
        print("longer than 4096", issuers, "x".repeat(5000), now);
        print("no token, 500 characters", issuers, "x".repeat(500), now);
        print("unknown issuer", issuers, ec.token(other), now);
        print("unknown issuer, nearly 4096 characters", issuers, ec.token(padded), now);
        print("other algorithm", issuers, rsa.token(claims), now);
        print("unknown kid", issuers, ec.token("{\"alg\":\"ES256\",\"kid\":\"f\"}", claims), now);
        print("expired", issuers, ec.token(IssuerFiles.claims("ec", now - 3_600_000)), now);
    }

    private static void print(String name, TrustedIssuers issuers, String token, long now) throws Exception {
        CpuCost.print(name, () -> {
            try {
                return issuers.verify(token, now);
            } catch (InvalidToken e) {
                return e;
            }
        });
    }

    /** With another signature of the same shape. */
    private static String touched(String token) {
        int at = token.length() - 20;
        return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
    }
}
