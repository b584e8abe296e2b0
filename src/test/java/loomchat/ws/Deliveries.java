package loomchat.ws;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import loomchat.ws.frame.Opcode;

/**
 * Everything that a decoder delivered, in order, as text that compares and reads well. The error that ended it comes
 * last.
 */
final class Deliveries implements MessageHandler {
    private final List<String> all = new ArrayList<>();

    /** Feeds a decoder with copies of the pieces between the cuts, which must rise. Stops at an error. */
    static List<String> of(FrameDecoder decoder, byte[] stream, int... cuts) throws IOException {
        Deliveries deliveries = new Deliveries();
        try {
            int from = 0;
            for (int cut : cuts) {
                deliveries.feed(decoder, stream, from, cut);
                from = cut;
            }
            deliveries.feed(decoder, stream, from, stream.length);
        } catch (ProtocolException e) {
            deliveries.all.add(error(e.closeCode()));
        }
        return deliveries.all;
    }

    private void feed(FrameDecoder decoder, byte[] stream, int from, int to) throws IOException {
        byte[] piece = new byte[to - from + 7];
        System.arraycopy(stream, from, piece, 3, to - from);
        int end = 3 + to - from;
        int at = 3;
        do {
            at = decoder.decode(piece, at, end, this);
        } while (at < end && !decoder.closed());
    }

    static int[] everyByte(int length) {
        int[] cuts = new int[Math.max(0, length - 1)];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i + 1;
        }
        return cuts;
    }

    static String message(int opcode, byte[] payload) {
        String hex = HexFormat.of().formatHex(payload);
        String shown = hex.length() <= 64 ? hex : hex.substring(0, 64) + "…" + hex.length() + "#" + hex.hashCode();
        return switch (opcode) {
                    case Opcode.TEXT -> "text ";
                    case Opcode.BINARY -> "binary ";
                    case Opcode.PING -> "ping ";
                    case Opcode.PONG -> "pong ";
                    default -> throw new IllegalArgumentException("opcode " + opcode);
                }
                + shown;
    }

    static String close(int code, String reason) {
        return "close " + code + " " + reason;
    }

    static String error(int code) {
        return "error " + code;
    }

    private void add(int opcode, byte[] buffer, int offset, int length) {
        all.add(message(opcode, java.util.Arrays.copyOfRange(buffer, offset, offset + length)));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        add(Opcode.TEXT, buffer, offset, length);
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        add(Opcode.BINARY, buffer, offset, length);
    }

    @Override
    public void onPing(byte[] buffer, int offset, int length) {
        add(Opcode.PING, buffer, offset, length);
    }

    @Override
    public void onPong(byte[] buffer, int offset, int length) {
        add(Opcode.PONG, buffer, offset, length);
    }

    @Override
    public void onClose(int code, String reason) {
        all.add(close(code, reason));
    }
}
