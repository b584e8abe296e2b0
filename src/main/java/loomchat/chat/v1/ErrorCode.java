package loomchat.chat.v1;

/** Why a {@code chat.v1} client's message was refused: code and text of an {@code error} message, both fixed. */
enum ErrorCode {
    NOT_JSON("not-json", "A message is one JSON object."),
    UNKNOWN_TYPE("unknown-type", "There is no such type of message."),
    UNKNOWN_FIELD("unknown-field", "This type of message has no such field."),
    MISSING_FIELD("missing-field", "This type of message needs another field."),
    WRONG_TYPE("wrong-type", "A field has the wrong JSON type."),
    BAD_VALUE("bad-value", "A field has a value that is not allowed."),
    TOO_LONG("too-long", "The text is longer than the limit."),
    SLOW_DOWN("slow-down", "You are near the limit of messages a second."),
    TOO_FAST("too-fast", "You are above the limit of messages a second. This message was not taken."),
    STALE_CHAT("stale-chat", "That chat is over."),
    BAD_ID("bad-id", "The id has to be one more than the id of the message before."),
    IN_CHAT("in-chat", "You are in a chat. Leave it first."),
    CALLS_OFF("calls-off", "There are no calls on this server."),
    CANNOT_CALL("cannot-call", "The stranger's client cannot take calls."),
    STALE_CALL("stale-call", "That call is over, or not on."),
    CALL_LATER("call-later", "You have invited too often, or the stranger has just declined. Invite again later."),
    NOT_IN_CHAT("not-in-chat", "You are in no chat and not looking for one."),
    AWAY_FULL("away-full", "The stranger is away and no more messages can be kept. This message was not taken."),
    CANNOT_RESUME("cannot-resume", "There is nothing to resume with that secret."),
    BAD_TOKEN("bad-token", "The token is not valid."),
    NO_TOKEN("no-token", "You came without a token."),
    TOO_MANY_REPORTS("too-many-reports", "You have reported too often. This report was not taken.");

    final String code;
    final String text;

    ErrorCode(String code, String text) {
        this.code = code;
        this.text = text;
    }

    /** A client's mistake, thrown by the parser and answered by its caller; never a failure of the server. */
    static final class Refused extends Exception {
        final ErrorCode refusal;

        Refused(ErrorCode refusal) {
            super(refusal.code, null, false, false);
            this.refusal = refusal;
        }
    }

    Refused refused() {
        return new Refused(this);
    }

    void unless(boolean valid) throws Refused {
        if (!valid) {
            throw refused();
        }
    }
}
