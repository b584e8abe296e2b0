package loomchat.loadtest.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes tokens that the server must refuse, each with 401, out of a good one of its own. The user's thread calls it.
 */
public final class Forger {
    /** What is wrong with a token. */
    enum Forgery {
        NO_ALGORITHM("alg none"),
        OTHER_ALGORITHM("another alg"),
        OTHER_KEY("another key"),
        UNKNOWN_KEY("an unknown kid"),
        OTHER_SUBJECT("a changed sub"),
        LATER_END("a changed exp"),
        OTHER_AUDIENCE("a changed aud"),
        TRUNCATED("a part of a token"),
        LONG("5 KB"),
        GARBAGE("garbage"),
        DOTS("dots"),
        REFRESH_TOKEN("a refresh token"),
        EXPIRED("an expired token");

        final String shown;

        Forgery(String shown) {
            this.shown = shown;
        }
    }

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int LONG_TOKEN = 5 * 1024;
    /** Servers may allow for clocks that differ. */
    private static final long SURELY_EXPIRED = TimeUnit.SECONDS.toNanos(30);

    private final VisitorIdentity identity;
    private final RandomGenerator random;
    private AccessToken good;
    private Forgery forgery;

    public Forger(VisitorIdentity identity, RandomGenerator random) {
        this.identity = identity;
        this.random = random;
    }

    /** The next handshake's. Needs an identity of its own first, and may wait for it. */
    public Credentials next() throws IOException, InterruptedException {
        if (good == null) {
            identity.credentials();
            good = identity.session().token();
        }
        Forgery[] all = Forgery.values();
        boolean expired = good.endsAt() + SURELY_EXPIRED < System.nanoTime();
        forgery = all[random.nextInt(expired ? all.length : all.length - 1)];
        return Credentials.of(forged(), random.nextBoolean(), identity.caller().address());
    }

    /** The server let it in. */
    public void accepted() {
        identity.all().counters.forgeriesAccepted.increment();
        identity.all().example("forgery accepted", "user " + identity.user() + ": " + forgery.shown);
    }

    /** The server refused the handshake with that status. */
    public void refused(int status) {
        if (status == 401) {
            identity.all().counters.forgeriesRefused.increment();
        } else if (status == 429 || status == 503) {
            identity.all().told("forgery HTTP " + status);
        } else {
            identity.all().violation("a forgery refused with HTTP " + status, forgery.shown);
        }
    }

    /** Never the good one, in whatever form the server writes its tokens. */
    private String forged() {
        String token = made();
        boolean sendable = token.matches("[A-Za-z0-9._-]+");
        return !sendable || token.equals(good.value()) && forgery != Forgery.EXPIRED ? garbage() : token;
    }

    private String made() {
        String[] parts = good.value().split("\\.");
        if (parts.length != 3) {
            return garbage(); // the server's tokens are none that this side can read
        }
        String header = decoded(parts[0]);
        String claims = decoded(parts[1]);
        return switch (forgery) {
            case NO_ALGORITHM ->
                encoded(header.replaceFirst("\"alg\":\"[^\"]*\"", "\"alg\":\"none\"")) + "." + parts[1] + ".";
            case OTHER_ALGORITHM ->
                encoded(header.replaceFirst("\"alg\":\"[^\"]*\"", "\"alg\":\"RS256\"")) + "." + parts[1] + "."
                        + parts[2];
            case OTHER_KEY -> signed(parts[0], parts[1]);
            case UNKNOWN_KEY ->
                signed(
                        encoded("{\"typ\":\"at+jwt\",\"alg\":\"HS256\",\"kid\":\""
                                + garbage().substring(0, 8) + "\"}"),
                        parts[1]);
            case OTHER_SUBJECT ->
                parts[0] + "." + encoded(changed(claims, "sub", "\"" + garbage().substring(0, 22) + "\"")) + "."
                        + parts[2];
            case LATER_END -> parts[0] + "." + encoded(changed(claims, "exp", "4102444800")) + "." + parts[2];
            case OTHER_AUDIENCE -> signed(parts[0], encoded(changed(claims, "aud", "\"elsewhere\"")));
            case TRUNCATED ->
                good.value().substring(0, random.nextInt(1, good.value().length() - 1));
            case LONG ->
                signed(
                        parts[0],
                        encoded(claims.replaceFirst("}\\s*$", ",\"pad\":\"" + "x".repeat(LONG_TOKEN * 3 / 4) + "\"}")));
            case GARBAGE -> garbage();
            case DOTS -> "..";
            case REFRESH_TOKEN -> refreshToken();
            case EXPIRED -> good.value();
        };
    }

    private String refreshToken() {
        return identity.session().cookie().value();
    }

    private static String changed(String claims, String name, String value) {
        return claims.replaceFirst("\"" + name + "\":(\"[^\"]*\"|[0-9]+|\\[[^]]*])", "\"" + name + "\":" + value);
    }

    private String garbage() {
        byte[] bytes = new byte[random.nextInt(30, 300)];
        random.nextBytes(bytes);
        return ENCODER.encodeToString(bytes);
    }

    private String signed(String header, String claims) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String signed = header + "." + claims;
            return signed + "." + ENCODER.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String decoded(String part) {
        return new String(DECODER.decode(part), StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
