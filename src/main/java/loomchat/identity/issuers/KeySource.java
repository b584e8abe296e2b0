package loomchat.identity.issuers;

import java.io.IOException;
import java.time.Duration;

/** Where the keys of an issuer come from. Called by the issuer's thread alone; blocks for a bounded time. */
sealed interface KeySource permits JwksFile, JwksFetch {
    /**
     * What was found.
     *
     * @param json a JWK set; null when it is the one of the last call
     * @param freshFor how long it need not be asked for again
     */
    record Answer(byte[] json, Duration freshFor) {}

    /** @throws IOException the message is one line for the operator */
    Answer read() throws IOException, InterruptedException;

    /** How long to wait after a failure. */
    Duration retryAfter();
}
