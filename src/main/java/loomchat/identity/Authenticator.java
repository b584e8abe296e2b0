package loomchat.identity;

/** Checks access tokens. Any thread; never waits for a disk, a network or a lock that somebody holds meanwhile. */
@FunctionalInterface
public interface Authenticator {
    VerifiedToken verify(String token) throws InvalidToken;
}
