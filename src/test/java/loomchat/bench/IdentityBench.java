package loomchat.bench;

import loomchat.identity.issuers.TokenBenchmark;
import loomchat.identity.keys.AccessTokenBenchmark;
import loomchat.identity.work.WorkBenchmark;

/**
 * {@code make bench BENCH=identity}: what tokens and proofs of work cost who checks them, and a
 * connect.
 */
final class IdentityBench {
    private IdentityBench() {}

    public static void main(String[] args) throws Exception {
        AccessTokenBenchmark.run();
        TokenBenchmark.run();
        WorkBenchmark.run();
        ConnectBench.main(args);
    }
}
