package loomchat.loadtest.target;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import loomchat.loadtest.scenario.PlainText;
import loomchat.ws.HandshakeRefused;

/**
 * Why a server is not the one that was looked for, in words for the terminal: at most one line, without names of classes,
 * and without characters that steer a terminal, whatever the server has sent.
 */
final class FailureText {
    private static final int MOVED = 300;
    private static final int CLIENT_ERROR = 400;
    private static final Pattern TAGS = Pattern.compile("(?s)<(script|style).*?</\\1>|<!--.*?-->|<[^<>]*>");
    private static final Pattern CLASSES = Pattern.compile("\\b(?:[a-z]\\w*\\.)+[A-Z][\\w$]*(?:Exception|Error)?:? ?");

    private FailureText() {}

    static String of(IOException e) {
        return switch (e) {
            case HandshakeRefused refused -> refused(refused);
            case UnknownHostException unknown ->
                "the name " + PlainText.of(String.valueOf(unknown.getMessage()).replaceFirst(": .*", ""))
                        + " is not known";
            case SSLException tls -> "TLS (" + tls(tls) + ")";
            case SocketTimeoutException timeout -> "timeout (it does not answer)";
            case NoRouteToHostException unreachable -> "unreachable (there is no way to that address)";
            case ConnectException refused
            when String.valueOf(refused.getMessage()).contains("timed out") -> "timeout (it does not answer)";
            case ConnectException refused -> "refused (nothing listens there)";
            default ->
                FailureKind.of(e) + " ("
                        + PlainText.of(
                                CLASSES.matcher(String.valueOf(e.getMessage())).replaceAll("")) + ")";
        };
    }

    private static String refused(HandshakeRefused e) {
        if (e.status() == 0) {
            return "no WebSocket there, " + PlainText.of(e.reason());
        }
        String body = firstLine(e.bodyStart());
        String to = e.status() >= MOVED && e.status() < CLIENT_ERROR && e.location() != null
                ? ", it has moved to " + PlainText.of(e.location())
                : "";
        return ("HTTP " + e.status() + " " + PlainText.of(e.reason())).strip()
                + to
                + (body.isEmpty() ? "" : ": \"" + body + "\"");
    }

    /** What a reader would see first, of a page too. */
    private static String firstLine(String body) {
        return TAGS.matcher(body)
                .replaceAll(" ")
                .lines()
                .map(PlainText::of)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String tls(SSLException e) {
        StringBuilder all = new StringBuilder();
        Throwable cause = e;
        for (int i = 0; cause != null && i < 5; i++, cause = cause.getCause()) {
            all.append(cause).append(' ');
        }
        String text = all.toString().toLowerCase(Locale.ROOT);
        if (text.contains("unsupported or unrecognized ssl message") || text.contains("plaintext connection")) {
            return "it does not speak TLS; is ws:// meant?";
        }
        if (text.contains("expired")) {
            return "its certificate has expired";
        }
        if (text.contains("no name matching") || text.contains("subject alternative")) {
            return "its certificate is for another name";
        }
        if (text.contains("path building failed") || text.contains("certification path")) {
            return "its certificate is not trusted; CA names an authority to trust, INSECURE=true trusts anybody";
        }
        if (text.contains("handshake_failure") || text.contains("protocol_version")) {
            return "it wants another version or other ciphers";
        }
        if (text.contains("terminated the handshake") || text.contains("closed")) {
            return "it ended the handshake";
        }
        return PlainText.of(CLASSES.matcher(String.valueOf(e.getMessage())).replaceAll(""));
    }
}
