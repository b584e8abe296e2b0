package loomchat.web.helidon;

import io.helidon.http.BadRequestException;

/**
 * Checks the framing of a chunked request body (RFC 9112, 7.1) as it arrives, more strictly than the RFC: sizes are 1
 * to 8 hexadecimal digits without extensions, every chunk's data ends with CR LF, and there are no trailers. Helidon,
 * which reads the body, skips the two octets after a chunk unchecked. The connection's thread feeds it.
 *
 * <pre>
 *   SIZE -- digits CR --&gt; SIZE_LF --&gt; DATA --&gt; DATA_CR --&gt; DATA_LF --&gt; SIZE
 *                           | size 0
 *                           +------&gt; LAST_CR --&gt; LAST_LF --&gt; the body's end
 * </pre>
 */
final class ChunkedBodyCheck {
    private enum State {
        SIZE,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        LAST_CR,
        LAST_LF
    }

    private static final int MOST_DIGITS = 8;

    private State state = State.SIZE;
    private long left;
    private int digits;

    /** Checks the next bytes. Returns this, or null at the end of the body. */
    ChunkedBodyCheck check(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            if (state == State.DATA) {
                int skipped = (int) Math.min(left, bytes.length - at);
                left -= skipped;
                at += skipped;
                if (left == 0) {
                    state = State.DATA_CR;
                }
            } else if (state == State.LAST_LF) {
                expect(bytes[at], '\n');
                return null;
            } else {
                step(bytes[at++]);
            }
        }
        return this;
    }

    private void step(byte octet) {
        switch (state) {
            case SIZE -> size(octet);
            case SIZE_LF -> {
                expect(octet, '\n');
                state = left == 0 ? State.LAST_CR : State.DATA;
            }
            case DATA_CR -> {
                expect(octet, '\r');
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                expect(octet, '\n');
                state = State.SIZE;
                digits = 0;
                left = 0;
            }
            case LAST_CR -> {
                expect(octet, '\r');
                state = State.LAST_LF;
            }
            case DATA, LAST_LF -> throw new AssertionError(state);
        }
    }

    private void size(byte octet) {
        int digit = Character.digit((char) (octet & 0xff), 16);
        if (digit >= 0 && octet > 0 && digits < MOST_DIGITS) {
            left = left << 4 | digit;
            digits++;
        } else if (octet == '\r' && digits > 0) {
            state = State.SIZE_LF;
        } else {
            throw damaged();
        }
    }

    private static void expect(byte octet, char wanted) {
        if (octet != wanted) {
            throw damaged();
        }
    }

    private static BadRequestException damaged() {
        return new BadRequestException("The body's chunks are damaged");
    }
}
