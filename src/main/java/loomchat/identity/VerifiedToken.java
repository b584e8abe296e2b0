package loomchat.identity;

/**
 * What a valid access token says.
 *
 * @param expiresMillis on the wall clock
 */
public record VerifiedToken(Identity identity, long expiresMillis) {}
