package loomchat.identity.keys;

/**
 * What one of our access tokens says, and the one JSON text that says it. Behind the signature of our own key nothing
 * else can stand there, so that there is no JSON to parse.
 *
 * @param id names the token alone
 * @param issuedSeconds since 1970, as RFC 7519 counts
 * @param expiresSeconds the same
 */
record AccessClaims(String subject, String session, String id, long issuedSeconds, long expiresSeconds) {
    private static final String START = "{\"iss\":\"loomchat\",\"aud\":\"loomchat\",\"sub\":\"";
    private static final String SESSION = "\",\"sid\":\"";
    private static final String ID = "\",\"jti\":\"";
    private static final String ISSUED = "\",\"iat\":";
    private static final String EXPIRES = ",\"exp\":";
    private static final String END = "}";
    /** Of a subject and a session, which are 16 bytes in Base64. */
    private static final int NAME_CHARACTERS = 22;
    /** Of a UUID. */
    private static final int ID_CHARACTERS = 36;

    String json() {
        return START + subject + SESSION + session + ID + id + ISSUED + issuedSeconds + EXPIRES + expiresSeconds + END;
    }

    /** Null unless it has the form of such a text. */
    static AccessClaims parse(String json) {
        int subject = START.length();
        int session = subject + NAME_CHARACTERS + SESSION.length();
        int id = session + NAME_CHARACTERS + ID.length();
        int issued = id + ID_CHARACTERS + ISSUED.length();
        int expires = json.indexOf(EXPIRES, issued) + EXPIRES.length();
        int end = json.length() - END.length();
        boolean hasForm = json.startsWith(START)
                && json.startsWith(SESSION, session - SESSION.length())
                && json.startsWith(ID, id - ID.length())
                && json.startsWith(ISSUED, issued - ISSUED.length())
                && expires >= issued + EXPIRES.length()
                && json.endsWith(END);
        if (!hasForm) {
            return null;
        }
        try {
            AccessClaims claims = new AccessClaims(
                    json.substring(subject, subject + NAME_CHARACTERS),
                    json.substring(session, session + NAME_CHARACTERS),
                    json.substring(id, id + ID_CHARACTERS),
                    Long.parseLong(json, issued, expires - EXPIRES.length(), 10),
                    Long.parseLong(json, expires, end, 10));
            return isName(claims.subject) && isName(claims.session) ? claims : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean isLetter = each >= 'a' && each <= 'z' || each >= 'A' && each <= 'Z';
            if (!isLetter && !(each >= '0' && each <= '9') && each != '-' && each != '_') {
                return false;
            }
        }
        return true;
    }
}
