package loomchat.ws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.net.ByteStream;

/**
 * One WebSocket connection, either end, after its handshake.
 *
 * <p>One thread calls {@link #receive} and, at the end, {@link #finish}. Any thread may send: a send waits while another one
 * does and while the socket has no room, until somebody calls {@link #abort}; {@link #sendBlockedSince} tells who should be.
 * {@link #close} waits for nobody: when its frame cannot go out at once, the connection is aborted. So it is when a send has to
 * wait and the {@link MessageBudget} has no room for what is kept meanwhile.
 */
public final class WebSocket {
    private static final long CLOSE_LOCK_MILLIS = 100;
    private static final int CLOSE_REASON_BYTES = 123;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The socket copies what it is given, also what does not fit. */
    private static final int MOST_WRITTEN_AT_ONCE = 256 * 1024;
    /** A payload from this size on is written from where it lies. */
    private static final int LARGE_BYTES = 64 * 1024;
    /** Pongs are written when they are so many, though more pings of the batch follow. */
    private static final int FULL_PONGS_BYTES = 16 * 1024;

    private final ByteStream stream;
    private final boolean client;
    private final boolean answerPings;
    private final Compression compression;
    private final Deflating deflating;
    private final Inflating inflating;
    private final boolean ownsContext;
    private final MessageBudget.Share share;

    // Read state: reading thread only
    private final Decoder decoder;
    private final Answering answering = new Answering();
    /** Input from {@code pendingAt} on that has been read and not been decoded yet; or null. */
    private byte[] pending;

    private int pendingAt;
    private boolean pendingTaken;
    /** Answers to pings that are not written yet; null when there are none, which is so between two batches. */
    private FrameBuffer pongs;

    // Read state that others look at
    private volatile long bytesIn;
    private final LongAdder allBytesIn;
    private volatile long lastReadNanos = System.nanoTime();
    private volatile long midMessageSince;
    private volatile int closeCode = CloseCode.ABNORMAL;

    // Write state
    private final ReentrantLock sendLock = new ReentrantLock();
    private volatile long closeSentNanos;
    private volatile boolean gaveUp;
    private volatile long bytesOut;
    private final LongAdder allBytesOut;

    /**
     * @param early what the peer sent right behind its handshake, or null
     * @param extensions what was negotiated, or null for no compression
     * @param share of the budget for messages that are not complete or have to wait
     * @param allBytesIn and {@code allBytesOut} count over many connections
     */
    WebSocket(
            ByteStream stream,
            boolean client,
            boolean answerPings,
            int maxMessageBytes,
            byte[] early,
            Compression compression,
            Extensions extensions,
            MessageBudget.Share share,
            LongAdder allBytesIn,
            LongAdder allBytesOut) {
        this.stream = stream;
        this.client = client;
        this.answerPings = answerPings;
        this.pending = early;
        this.compression = compression;
        this.share = share;
        this.allBytesIn = allBytesIn;
        this.allBytesOut = allBytesOut;
        if (extensions == null) {
            deflating = null;
            inflating = null;
            ownsContext = false;
        } else {
            deflating = new Deflating(compression.deflaters(), extensions.sendTakeover(), extensions.sendWindowBits());
            inflating = new Inflating(compression.inflaters(), extensions.receiveTakeover(), share);
            ownsContext = extensions.keepsContext();
        }
        decoder = new Decoder(!client, maxMessageBytes, inflating, share);
        if (early != null) {
            countIn(early.length);
        }
    }

    // Reading

    /**
     * Waits for input and delivers every message that is complete with it. Input that inflates to much is delivered over several
     * calls; each lets the other threads of its loop go first.
     *
     * @throws ProtocolException the peer broke the protocol; it has been told, and {@link #finish} is all that is left
     * @throws IOException the connection broke, or the handler failed
     */
    public Received receive(MessageHandler handler, long deadlineNanos) throws IOException {
        if (decoder.closed()) {
            return Received.CLOSED;
        }
        boolean goesOn = false;
        try {
            Received received = pending != null ? receivePending(handler) : receiveNew(handler, deadlineNanos);
            goesOn = received != Received.CLOSED;
            return received;
        } catch (ProtocolException e) {
            abandonInput();
            // What came before the error is as good as ever.
            sendPongs();
            handler.onBatchEnd();
            close(e.closeCode(), e.getMessage());
            closeCode = e.closeCode();
            throw e;
        } finally {
            if (!goesOn) {
                abandonInput();
            }
        }
    }

    /** The buffer is borrowed for the decoding alone: what follows may wait for somebody else. */
    private Received receiveNew(MessageHandler handler, long deadlineNanos) throws IOException {
        if (!stream.awaitReadable(deadlineNanos)) {
            return Received.TIMEOUT;
        }
        ByteBuffer buffer = ReadBuffers.take();
        try {
            int count = stream.read(buffer);
            if (count < 0) {
                return Received.CLOSED;
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
            ReadBuffers.giveBack(buffer);
        }
        return endBatch(handler);
    }

    private Received receivePending(MessageHandler handler) throws IOException {
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

    private Received endBatch(MessageHandler handler) throws IOException {
        noteMidMessage();
        if (decoder.closed()) {
            return Received.CLOSED;
        }
        sendPongs();
        handler.onBatchEnd();
        return Received.MESSAGES;
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

    /** Nothing more will be delivered: what incomplete messages hold is given back at once. */
    private void abandonInput() {
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

    /** Answers what the protocol wants answered, and passes everything on. */
    private final class Answering implements MessageHandler {
        private MessageHandler handler;

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
            if (answerPings && closeSentNanos == 0) {
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
            close(code, code == CloseCode.NO_STATUS ? "" : reason);
            handler.onClose(code, reason);
        }
    }

    /** Pings that follow each other are answered with one write: a call for each lets a flood of pings keep the loop. */
    private void pong(byte[] buffer, int offset, int length) throws IOException {
        if (pongs == null) {
            pongs = SendBuffers.take();
        }
        frame(pongs, Opcode.FIN | Opcode.PONG, buffer, offset, length);
        if (pongs.size() >= FULL_PONGS_BYTES) {
            sendPongs();
        }
    }

    private void sendPongs() throws IOException {
        FrameBuffer out = pongs;
        if (out == null) {
            return;
        }
        pongs = null;
        try {
            sendFrames(out);
        } finally {
            SendBuffers.giveBack(out);
        }
    }

    // Sending

    /** Sends one text message; {@code utf8} must be valid. */
    public void sendText(byte[] utf8, int offset, int length) throws IOException {
        sendMessage(Opcode.TEXT, utf8, offset, length);
    }

    /** Sends one binary message. */
    public void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        sendMessage(Opcode.BINARY, bytes, offset, length);
    }

    /** Sends a ping with at most 125 bytes. */
    public void ping(byte[] payload) throws IOException {
        send(Opcode.FIN | Opcode.PING, payload, 0, payload.length);
    }

    /** Sends a ping unless another send is on its way or there is no room. Never waits; returns whether it was sent. */
    public boolean pingIfIdle() {
        return sendIfIdle(Opcode.FIN | Opcode.PING, new byte[0]);
    }

    /** Sends a text message unless another send is on its way or there is no room, as news that nobody misses. Never waits. */
    public void sendTextIfIdle(byte[] utf8) {
        sendIfIdle(Opcode.FIN | Opcode.TEXT, utf8);
    }

    private boolean sendIfIdle(int first, byte[] payload) {
        if (!sendLock.tryLock()) {
            return false;
        }
        try {
            return closeSentNanos == 0 && sendNow(first, payload);
        } finally {
            sendLock.unlock();
        }
    }

    /** In send order: sends one frame if there is room for it now. One that went out in part ends the connection. */
    private boolean sendNow(int first, byte[] payload) {
        FrameBuffer out = new FrameBuffer(payload.length + 14);
        frame(out, first, payload, 0, payload.length);
        try {
            int written = stream.writeNow(out.bytes(), 0, out.size());
            countOut(written);
            if (written > 0 && written < out.size()) {
                abort();
            }
            return written == out.size();
        } catch (IOException e) {
            abort();
            return false;
        }
    }

    /** As {@link #sendText}, but never compressed. */
    public void sendTextAsItIs(byte[] utf8, int offset, int length) throws IOException {
        send(Opcode.FIN | Opcode.TEXT, utf8, offset, length);
    }

    private void sendMessage(int opcode, byte[] bytes, int offset, int length) throws IOException {
        if (deflating == null || length < Compression.LEAST_BYTES || length > Compression.MOST_BYTES) {
            send(Opcode.FIN | opcode, bytes, offset, length);
            return;
        }
        sendLock.lock();
        try {
            if (closeSentNanos != 0) {
                throw new IOException("The connection is closing");
            }
            FrameBuffer compressed = deflating.deflate(bytes, offset, length);
            send(Opcode.FIN | Opcode.RSV1 | opcode, compressed.bytes(), 0, compressed.size());
        } finally {
            sendLock.unlock();
        }
    }

    private void send(int first, byte[] bytes, int offset, int length) throws IOException {
        if (!client && length >= LARGE_BYTES) {
            sendInPlace(first, bytes, offset, length);
            return;
        }
        FrameBuffer out = SendBuffers.take();
        try {
            frame(out, first, bytes, offset, length);
            sendFrames(out);
        } finally {
            SendBuffers.giveBack(out);
        }
    }

    private void sendInPlace(int first, byte[] bytes, int offset, int length) throws IOException {
        FrameBuffer header = new FrameBuffer(14);
        header.header(first, length, 0, 0);
        sendLock.lock();
        try {
            write(header.bytes(), 0, header.size());
            write(bytes, offset, length);
        } finally {
            sendLock.unlock();
        }
    }

    private void frame(FrameBuffer out, int first, byte[] bytes, int offset, int length) {
        if (client) {
            out.maskedFrame(
                    first, bytes, offset, length, ThreadLocalRandom.current().nextInt());
        } else {
            out.frame(first, bytes, offset, length);
        }
    }

    /** Whether messages to this peer are compressed one by one; then {@link #sendFrames} is not for text. */
    public boolean compresses() {
        return deflating != null;
    }

    /** Writes frames that the caller has built, with one call. After the close frame nothing is sent any more. */
    public void sendFrames(FrameBuffer frames) throws IOException {
        sendLock.lock();
        try {
            write(frames.bytes(), 0, frames.size());
        } finally {
            sendLock.unlock();
        }
    }

    /** In send order. */
    private void write(byte[] bytes, int offset, int length) throws IOException {
        if (closeSentNanos != 0) {
            throw new IOException("The connection is closing");
        }
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int piece = Math.min(end - at, MOST_WRITTEN_AT_ONCE);
            int written = stream.writeNow(bytes, at, piece);
            at += written;
            if (written < piece) {
                writeBlocking(bytes, at, end);
                break;
            }
        }
        countOut(length);
    }

    /**
     * The peer does not read. Whoever waits for it keeps these bytes, and the buffer that they were read into. A batch that is
     * larger has been taken from its sender's share already.
     */
    private void writeBlocking(byte[] bytes, int at, int end) throws IOException {
        int kept = Math.min(bytes.length, MessageBudget.BATCH_BYTES) + ReadBuffers.BYTES;
        if (!share.tryTake(kept)) {
            gaveUp = true;
            abort();
            throw new IOException("There is no memory to wait for a peer that does not read");
        }
        try {
            stream.write(bytes, at, end - at);
        } finally {
            share.giveBack(kept);
        }
    }

    /** Runs {@code action} while nobody else sends: what it sends stays together, and in order with what it looks at. */
    public void inSendOrder(SendAction action) throws IOException {
        sendLock.lock();
        try {
            action.run();
        } finally {
            sendLock.unlock();
        }
    }

    /** Something that is done while no other thread sends. */
    @FunctionalInterface
    public interface SendAction {
        void run() throws IOException;
    }

    private void countOut(int bytes) {
        bytesOut += bytes;
        allBytesOut.add(bytes);
    }

    // Ending

    /** Begins the close handshake, or answers it. Later calls do nothing. */
    public void close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[code == CloseCode.NO_STATUS ? 0 : 2 + Math.min(text.length, CLOSE_REASON_BYTES)];
        if (payload.length > 0) {
            payload[0] = (byte) (code >>> 8);
            payload[1] = (byte) code;
            System.arraycopy(text, 0, payload, 2, payload.length - 2);
        }
        if (!lockSoon()) {
            abort();
            return;
        }
        try {
            sendClose(payload);
        } finally {
            sendLock.unlock();
        }
    }

    /** After this no send is under way and none begins; one that does not end soon is cut short. Closing takes no frame. */
    public void settle() {
        if (!lockSoon()) {
            abort();
            sendLock.lock();
        }
        if (closeSentNanos == 0) {
            closeSentNanos = Math.max(1, System.nanoTime());
        }
        sendLock.unlock();
    }

    private boolean lockSoon() {
        long blockedSince = stream.writeBlockedSince();
        if (blockedSince != 0 && System.nanoTime() - blockedSince > TimeUnit.MILLISECONDS.toNanos(CLOSE_LOCK_MILLIS)) {
            // Somebody has waited for this peer for that long already: no need to try as long again.
            return false;
        }
        try {
            return sendLock.tryLock(CLOSE_LOCK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void sendClose(byte[] payload) {
        if (closeSentNanos != 0) {
            return;
        }
        closeSentNanos = Math.max(1, System.nanoTime());
        if (!sendNow(Opcode.FIN | Opcode.CLOSE, payload)) {
            abort();
        }
    }

    /**
     * Ends the connection, on the reading thread. What the peer still sends is read and dropped for a moment, so that a
     * reset does not overtake what was sent to it.
     */
    public void finish() {
        abandonInput();
        try {
            if (closeSentNanos != 0) {
                stream.linger(System.nanoTime() + LINGER_NANOS);
            }
        } catch (IOException e) {
            // Gone already.
        } finally {
            stream.close();
            releaseCompression();
            share.close();
        }
    }

    private void releaseCompression() {
        if (deflating != null) {
            sendLock.lock();
            try {
                deflating.release();
            } finally {
                sendLock.unlock();
            }
        }
        if (ownsContext) {
            compression.releaseContext();
        }
    }

    /** Ends the connection with a reset, from any thread; whoever reads or sends fails. */
    public void abort() {
        stream.abort();
    }

    // State, for any thread

    public long bytesIn() {
        return bytesIn;
    }

    public long bytesOut() {
        return bytesOut;
    }

    /** All that compressed messages have become. Reading thread only. */
    public long inflatedBytes() {
        return inflating == null ? 0 : inflating.bytes();
    }

    /** The time that inflating has taken. Reading thread only. */
    public long inflatingNanos() {
        return inflating == null ? 0 : inflating.nanos();
    }

    /** The time that compressing what is sent has taken, by whichever threads. */
    public long deflatingNanos() {
        return deflating == null ? 0 : deflating.nanos();
    }

    /** Of the budget for messages that are not complete or have to wait. */
    public MessageBudget.Share share() {
        return share;
    }

    /** Whether the connection was aborted because there was no memory to wait for its peer. */
    public boolean gaveUp() {
        return gaveUp;
    }

    /** When input came last, on the clock of {@link System#nanoTime}. */
    public long lastReadNanos() {
        return lastReadNanos;
    }

    /** Since when the message that is being read has been under way, or 0. */
    public long midMessageSince() {
        return midMessageSince;
    }

    /** Since when a send has waited for the peer to read, or 0. */
    public long sendBlockedSince() {
        return stream.writeBlockedSince();
    }

    /** When the close frame was sent, or 0. */
    public long closeSentNanos() {
        return closeSentNanos;
    }

    /** The code of the peer's close frame, of the error that ended the connection, or 1006 while there is none. */
    public int closeCode() {
        return closeCode;
    }
}
