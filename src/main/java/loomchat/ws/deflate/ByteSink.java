package loomchat.ws.deflate;

import java.io.IOException;

/** Takes compressed or inflated bytes, piece by piece; it may refuse more. */
public interface ByteSink {
    void append(byte[] from, int offset, int length) throws IOException;
}
