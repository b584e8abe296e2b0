package loomchat.ws;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loomchat.testing.StrictText;
import loomchat.ws.frame.Opcode;

/** What a peer must make of a sequence of frames: the rules of RFC 6455 one after the other, on whole frames. */
final class ReferenceDecoder {
    private final boolean fromClient;
    private final int maxMessageBytes;
    private final List<String> delivered = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private int messageOpcode;
    private boolean ended;

    private ReferenceDecoder(boolean fromClient, int maxMessageBytes) {
        this.fromClient = fromClient;
        this.maxMessageBytes = maxMessageBytes;
    }

    static List<String> decode(List<WireFrame> frames, boolean fromClient, int maxMessageBytes) {
        ReferenceDecoder decoder = new ReferenceDecoder(fromClient, maxMessageBytes);
        for (WireFrame frame : frames) {
            if (!decoder.ended) {
                decoder.take(frame);
            }
        }
        return decoder.delivered;
    }

    private void take(WireFrame frame) {
        if (breaksRules(frame)) {
            fail(CloseCode.PROTOCOL_ERROR);
        } else if (frame.opcode() >= 8) {
            takeControl(frame);
        } else {
            takeData(frame);
        }
    }

    private boolean breaksRules(WireFrame frame) {
        int length = frame.payload().length;
        boolean minimal = frame.lengthOctets() == 0
                || frame.lengthOctets() == 2 && length >= 126
                || frame.lengthOctets() == 8 && length >= 65536;
        boolean control = frame.opcode() >= 8;
        return (frame.first() & 0x70) != 0
                || !List.of(0, 1, 2, 8, 9, 10).contains(frame.opcode())
                || (frame.key() != null) != fromClient
                || control && (!frame.fin() || length > 125 || frame.lengthOctets() > 0)
                || !control && (frame.opcode() == 0) != (messageOpcode != 0)
                || !minimal;
    }

    private void takeControl(WireFrame frame) {
        if (frame.opcode() != Opcode.CLOSE) {
            delivered.add(Deliveries.message(frame.opcode(), frame.payload()));
            return;
        }
        byte[] payload = frame.payload();
        ended = true;
        if (payload.length == 0) {
            delivered.add(Deliveries.close(1005, ""));
            return;
        }
        int code = payload.length == 1 ? 0 : (payload[0] & 0xff) * 256 + (payload[1] & 0xff);
        boolean allowed = code >= 1000 && code < 3000
                ? code <= 1014 && code != 1004 && code != 1005 && code != 1006
                : code < 5000;
        if (code < 1000 || !allowed) {
            fail(CloseCode.PROTOCOL_ERROR);
            return;
        }
        byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
        if (StrictText.isText(reason)) {
            delivered.add(Deliveries.close(code, new String(reason, StandardCharsets.UTF_8)));
        } else {
            fail(CloseCode.INVALID_PAYLOAD);
        }
    }

    private void takeData(WireFrame frame) {
        if (frame.opcode() != 0) {
            messageOpcode = frame.opcode();
            message.reset();
        }
        if (message.size() + frame.payload().length > maxMessageBytes) {
            fail(CloseCode.MESSAGE_TOO_BIG);
            return;
        }
        message.writeBytes(frame.payload());
        byte[] soFar = message.toByteArray();
        if (messageOpcode == Opcode.TEXT
                && !(frame.fin() ? StrictText.isText(soFar) : StrictText.canBecomeText(soFar))) {
            fail(CloseCode.INVALID_PAYLOAD);
            return;
        }
        if (frame.fin()) {
            delivered.add(Deliveries.message(messageOpcode, soFar));
            messageOpcode = 0;
        }
    }

    private void fail(int code) {
        ended = true;
        delivered.add(Deliveries.error(code));
    }
}
