package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;

/** Short answers for people and programs that asked for something they cannot have. No state. */
final class Replies {
    private static final int LONGEST_SHOWN = 60;

    private Replies() {}

    /** One line of plain text. */
    static void line(ServerResponse response, Status status, String text) {
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.send(text + "\n");
    }

    /** A name or value of the client as it may stand in a line. */
    static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= LONGEST_SHOWN ? printable : printable.substring(0, LONGEST_SHOWN) + "…";
    }
}
