package loomchat.identity;

/**
 * A token is refused. Its message is the same for every cause, so that nobody learns from it how to make a better one.
 */
public final class InvalidToken extends Exception {
    public static final String TEXT = "The token is not valid";

    public InvalidToken() {
        super(TEXT, null, false, false);
    }
}
