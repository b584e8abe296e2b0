package loomchat.identity.work;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Solves a challenge in Java, for clients that are no page: {@code GET /work} gives the challenge and its bits, and the
 * solution goes into the header {@code Loomchat-Work} of the handshake, or behind {@code work.} among its subprotocols.
 *
 * <p>It keeps the calling thread busy for 2^bits hashes on average (18 bits: some 25 ms), without a pause: not for a
 * thread on a {@link loomchat.net.Loop}.
 */
public final class WorkSolver {
    private static final int LOOK_EVERY = 1 << 12;

    private WorkSolver() {}

    /** @throws InterruptedException the thread was told to stop before there was a solution */
    public static String solve(String challenge, int bits) throws InterruptedException {
        MessageDigest sha256 = Work.sha256();
        byte[] prefix = (challenge + ".").getBytes(StandardCharsets.US_ASCII);
        for (long n = 0; ; n++) {
            if (n % LOOK_EVERY == 0 && Thread.interrupted()) {
                throw new InterruptedException();
            }
            sha256.update(prefix);
            if (Work.isDone(sha256.digest(Long.toString(n).getBytes(StandardCharsets.US_ASCII)), bits)) {
                return challenge + "." + n;
            }
        }
    }
}
