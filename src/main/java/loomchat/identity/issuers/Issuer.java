package loomchat.identity.issuers;

import java.util.concurrent.TimeUnit;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;

/**
 * An issuer whose tokens are taken, and the rules for them. Any thread.
 *
 * @param name stands before the subjects of its tokens
 * @param iss the claim {@code iss} of its tokens
 * @param audience the claim {@code aud} of those that are meant for this server
 * @param algorithm of all its tokens, whatever they say themselves
 * @param subjectClaim names its user
 */
record Issuer(
        String name, String iss, String audience, SignatureAlgorithm algorithm, String subjectClaim, IssuerKeys keys) {
    /** How far its clock and ours may be apart. */
    private static final long LEEWAY_MILLIS = TimeUnit.SECONDS.toMillis(30);

    /** No token counts for longer from now on, whatever it says. */
    private static final long LONGEST_MILLIS = TimeUnit.HOURS.toMillis(24);

    private static final int MOST_SUBJECT_CHARACTERS = 200;

    /** The signature comes last: it costs more than everything before it together. */
    VerifiedToken verify(UnverifiedToken token, long nowMillis) throws InvalidToken {
        check(token.algorithm().equals(algorithm.name()) && token.isFor(audience));
        long expires = token.millis("exp");
        check(expires > nowMillis - LEEWAY_MILLIS);
        check(!token.has("nbf") || token.millis("nbf") <= nowMillis + LEEWAY_MILLIS);
        check(!token.has("iat") || token.millis("iat") <= nowMillis + LEEWAY_MILLIS);
        String subject = token.text(subjectClaim);
        check(isSubject(subject));
        VerificationKey key = keys.find(token.keyId());
        check(key != null && key.verify(token.signed(), token.signature()));
        return new VerifiedToken(
                new Identity(name + ":" + subject, null), Math.min(expires, nowMillis + LONGEST_MILLIS));
    }

    /** It will stand in lines and pages: nothing that controls them or that they cannot show. */
    private static boolean isSubject(String text) {
        return !text.isEmpty()
                && text.length() <= MOST_SUBJECT_CHARACTERS
                && text.codePoints().noneMatch(each -> switch (Character.getType(each)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> true;
                    default -> false;
                });
    }

    private static void check(boolean valid) throws InvalidToken {
        if (!valid) {
            throw new InvalidToken();
        }
    }
}
