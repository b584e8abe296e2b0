package loomchat.ws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import loomchat.net.ByteStream;
import loomchat.ws.deflate.MessageInflater;
import loomchat.ws.frame.Opcode;

/**
 * The receiving half of a {@link WebSocket}: reads, decodes, delivers, and answers pings and the close frame. The
 * reading thread owns it; other threads read the volatile fields.
 */
final class MessageReceiver {
    /** Pongs are written when they are so many, though more pings of the batch follow. */
    private static final int FULL_PONGS_BYTES = 16 * 1024;

    private final ByteStream stream;
    private final FrameSender sender;
    private final FrameDecoder decoder;
    /** Null for no compression. */
    private final MessageInflater inflater;

    private final MessageBudget.Share share;
    private final Answering answering;
    private final LongAdder allBytesIn;

    /** Input that was read and from {@code pendingAt} on is not decoded yet; or null. */
    private byte[] pending;

    private int pendingAt;
    private boolean pendingTaken;

    // Any thread reads these, see the getters of WebSocket
    volatile long bytesIn;
    volatile long lastReadNanos = System.nanoTime();
    volatile long midMessageSince;
    volatile int closeCode = CloseCode.ABNORMAL;

    MessageReceiver(
            ByteStream stream,
            FrameSender sender,
            FrameDecoder decoder,
            MessageInflater inflater,
            boolean answerPings,
            byte[] early,
            MessageBudget.Share share,
            LongAdder allBytesIn) {
        this.stream = stream;
        this.sender = sender;
        this.decoder = decoder;
        this.inflater = inflater;
        this.share = share;
        this.allBytesIn = allBytesIn;
        answering = new Answering(answerPings);
        pending = early;
        if (early != null) {
            countIn(early.length);
        }
    }

    long inflatedBytes() {
        return inflater == null ? 0 : inflater.bytes();
    }

    long inflatingNanos() {
        return inflater == null ? 0 : inflater.nanos();
    }

    ReceiveResult receive(MessageHandler handler, long deadlineNanos) throws IOException {
        if (decoder.closed()) {
            return ReceiveResult.CLOSED;
        }
        boolean goesOn = false;
        try {
            ReceiveResult received = pending != null ? receivePending(handler) : receiveNew(handler, deadlineNanos);
            goesOn = received != ReceiveResult.CLOSED;
            return received;
        } catch (ProtocolException e) {
            abandonInput();
            // Pings and messages before the error are answered and delivered as usual.
            answering.sendPongs();
            handler.onBatchEnd();
            sender.close(e.closeCode(), e.getMessage());
            closeCode = e.closeCode();
            throw e;
        } finally {
            if (!goesOn) {
                abandonInput();
            }
        }
    }

    /** The buffer is borrowed for the decoding alone: the end of the batch may wait for another peer. */
    private ReceiveResult receiveNew(MessageHandler handler, long deadlineNanos) throws IOException {
        if (!stream.awaitReadable(deadlineNanos)) {
            return ReceiveResult.TIMEOUT;
        }
        ByteBuffer buffer = BufferPools.takeForRead();
        try {
            int count = stream.read(buffer);
            if (count < 0) {
                return ReceiveResult.CLOSED;
            }
            countIn(count);
            int done = decode(buffer.array(), 0, count, handler);
            if (done < count && !decoder.closed()) {
                share.take(count - done);
                pendingTaken = true;
                pending = Arrays.copyOfRange(buffer.array(), done, count);
                pendingAt = 0;
            }
        } finally {
            BufferPools.giveBack(buffer);
        }
        return endBatch(handler);
    }

    private ReceiveResult receivePending(MessageHandler handler) throws IOException {
        Thread.yield();
        pendingAt = decode(pending, pendingAt, pending.length, handler);
        if (pendingAt == pending.length) {
            dropPending();
        }
        return endBatch(handler);
    }

    private int decode(byte[] bytes, int from, int to, MessageHandler handler) throws IOException {
        lastReadNanos = System.nanoTime();
        answering.handler = handler;
        return decoder.decode(bytes, from, to, answering);
    }

    private ReceiveResult endBatch(MessageHandler handler) throws IOException {
        noteMidMessage();
        if (decoder.closed()) {
            return ReceiveResult.CLOSED;
        }
        answering.sendPongs();
        handler.onBatchEnd();
        return ReceiveResult.MESSAGES;
    }

    private void countIn(int bytes) {
        bytesIn += bytes;
        allBytesIn.add(bytes);
    }

    private void dropPending() {
        if (pendingTaken) {
            share.giveBack(pending.length);
            pendingTaken = false;
        }
        pending = null;
    }

    /** No more messages will be delivered: gives back at once what incomplete ones have taken. */
    void abandonInput() {
        dropPending();
        decoder.abandon();
    }

    private void noteMidMessage() {
        if (!decoder.midMessage()) {
            midMessageSince = 0;
        } else if (decoder.takeCompleted() || midMessageSince == 0) {
            midMessageSince = Math.max(1, lastReadNanos);
        }
    }

    /** Answers pings and the close frame, and passes everything on. */
    private final class Answering implements MessageHandler {
        private final boolean answerPings;
        private MessageHandler handler;
        /** Pongs that are not written yet; null when there are none, which is so between two batches. */
        private FrameBuffer pongs;

        Answering(boolean answerPings) {
            this.answerPings = answerPings;
        }

        @Override
        public void onText(byte[] buffer, int offset, int length) throws IOException {
            sendPongs();
            handler.onText(buffer, offset, length);
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) throws IOException {
            sendPongs();
            handler.onBinary(buffer, offset, length);
        }

        @Override
        public void onPing(byte[] buffer, int offset, int length) throws IOException {
            if (answerPings && sender.closeSentNanos == 0) {
                pong(buffer, offset, length);
            }
            handler.onPing(buffer, offset, length);
        }

        @Override
        public void onPong(byte[] buffer, int offset, int length) throws IOException {
            handler.onPong(buffer, offset, length);
        }

        @Override
        public void onClose(int code, String reason) throws IOException {
            closeCode = code;
            sendPongs();
            handler.onBatchEnd();
            sender.close(code, code == CloseCode.NO_STATUS ? "" : reason);
            handler.onClose(code, reason);
        }

        /** Pings in a row get one write: a system call for each would let a flood of pings keep the loop. */
        private void pong(byte[] buffer, int offset, int length) throws IOException {
            if (pongs == null) {
                pongs = BufferPools.takeForSend();
            }
            sender.frame(pongs, Opcode.FIN | Opcode.PONG, buffer, offset, length);
            if (pongs.size() >= FULL_PONGS_BYTES) {
                sendPongs();
            }
        }

        private void sendPongs() throws IOException {
            FrameBuffer out = pongs;
            if (out != null) {
                pongs = null;
                try {
                    if (sender.closeSentNanos == 0) {
                        sender.sendFrames(out);
                    }
                } finally {
                    BufferPools.giveBack(out);
                }
            }
        }
    }
}
