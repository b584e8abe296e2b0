package loomchat.web.response;

import java.nio.charset.StandardCharsets;

/**
 * A script or a style sheet as it is sent: without comments that fill whole lines and without indentation, a fifth of
 * what goes over the wire. Each line keeps its number, so that what a browser says of one leads to the source. A text
 * of several lines between backticks would be changed, so there is none (SourceTextTest). No state.
 */
public final class SourceText {
    private SourceText() {}

    /** @throws IllegalStateException for code behind the end of a comment of several lines */
    public static byte[] withoutComments(byte[] source) {
        StringBuilder sent = new StringBuilder(source.length);
        boolean comment = false;
        for (String line : new String(source, StandardCharsets.UTF_8).split("\n", -1)) {
            String text = line.strip();
            if (comment || text.startsWith("/*")) {
                int end = text.indexOf("*/", comment ? 0 : 2);
                boolean codeBehind = end >= 0 && end + 2 < text.length();
                if (codeBehind && comment) {
                    throw new IllegalStateException("Code behind the end of a comment: " + text);
                }
                comment = end < 0;
                sent.append(codeBehind ? text : "");
            } else if (!text.startsWith("//")) {
                sent.append(text);
            }
            sent.append('\n');
        }
        sent.setLength(sent.length() - 1);
        return sent.toString().getBytes(StandardCharsets.UTF_8);
    }
}
