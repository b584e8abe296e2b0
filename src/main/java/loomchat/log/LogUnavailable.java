package loomchat.log;

/** The log cannot be kept in the folder of the setting; the message is one line for the operator. */
public final class LogUnavailable extends Exception {
    LogUnavailable(String message) {
        super(message);
    }
}
