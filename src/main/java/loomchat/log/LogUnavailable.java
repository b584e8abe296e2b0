package loomchat.log;

/** The record cannot be kept in the folder that was asked for; the message is one line for the operator. */
public final class LogUnavailable extends Exception {
    LogUnavailable(String message) {
        super(message);
    }
}
