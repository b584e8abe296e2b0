package loomchat.loadtest.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** The proof of work that a test's server wants, each challenge once, or wants not at all. Any thread. */
final class WorkDemand {
    private static final int BITS = 10;

    private final boolean wanted;
    private final Set<String> challenges = new HashSet<>();
    private int solved;

    WorkDemand(boolean wanted) {
        this.wanted = wanted;
    }

    synchronized String json() {
        String challenge = UUID.randomUUID().toString();
        challenges.add(challenge);
        return "{\"challenge\":\"" + challenge + "\",\"bits\":" + BITS + ",\"required\":true}";
    }

    /** Whether there is nothing to be solved, or it is solved. */
    synchronized boolean accepts(String solution) {
        int dot = solution.lastIndexOf('.');
        if (wanted && (dot < 0 || !challenges.remove(solution.substring(0, dot)) || zeroBits(solution) < BITS)) {
            return false;
        }
        solved += wanted ? 1 : 0;
        return true;
    }

    synchronized int solved() {
        return solved;
    }

    private static int zeroBits(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return 256 - new BigInteger(1, hash).bitLength();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
