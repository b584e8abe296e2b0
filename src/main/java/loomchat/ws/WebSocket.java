package loomchat.ws;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import loomchat.net.ByteStream;
import loomchat.net.SocketStream;
import loomchat.ws.deflate.Compression;
import loomchat.ws.deflate.DeflateParameters;
import loomchat.ws.deflate.MessageDeflater;
import loomchat.ws.deflate.MessageInflater;
import loomchat.ws.frame.Opcode;

/**
 * One WebSocket connection, either end, after its handshake: a {@link MessageReceiver} and a {@link FrameSender} over
 * one stream.
 *
 * <p>One thread calls {@link #receive} and, at the end, {@link #finish}. Any thread may send. A send waits for other
 * sends and for room in the socket, until {@link #abort}; {@link #sendBlockedSince} tells whom to abort.
 * {@link #close} waits for nobody: when its frame cannot go out at once, it aborts the connection. A send that has to
 * wait aborts it too when the {@link MessageBudget} has no room for the bytes that the sender keeps meanwhile.
 */
public final class WebSocket {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ByteStream stream;
    private final MessageReceiver receiver;
    private final FrameSender sender;
    private final MessageBudget.Share share;
    private final Runnable releaseContext;

    /**
     * @param early the bytes that the peer sent right behind its handshake, or null
     * @param deflate the negotiated parameters, or null for no compression
     * @param share of the budget for messages that are incomplete or have to wait
     * @param allBytesIn and {@code allBytesOut} count over many connections
     */
    WebSocket(
            ByteStream stream,
            boolean client,
            boolean answerPings,
            int maxMessageBytes,
            byte[] early,
            Compression compression,
            DeflateParameters deflate,
            MessageBudget.Share share,
            LongAdder allBytesIn,
            LongAdder allBytesOut) {
        this.stream = stream;
        this.share = share;
        MessageDeflater deflater = null;
        MessageInflater inflater = null;
        if (deflate != null) {
            deflater = new MessageDeflater(compression, deflate.sendTakeover(), deflate.sendWindowBits());
            inflater = new MessageInflater(compression, deflate.receiveTakeover());
        }
        releaseContext = deflate != null && deflate.keepsContext() ? compression::releaseContext : () -> {};
        sender = new FrameSender(stream, client, deflater, share, allBytesOut);
        FrameDecoder decoder = new FrameDecoder(!client, maxMessageBytes, inflater, share);
        receiver = new MessageReceiver(stream, sender, decoder, inflater, answerPings, early, share, allBytesIn);
    }

    // Reading

    /**
     * Waits for input and delivers every message that is complete with it. Input that inflates to much is delivered
     * over several calls; each lets the other threads of its loop go first.
     *
     * @throws ProtocolException the peer broke the protocol and was told so; only {@link #finish} is left to do
     * @throws IOException the connection broke, or the handler failed
     */
    public ReceiveResult receive(MessageHandler handler, long deadlineNanos) throws IOException {
        return receiver.receive(handler, deadlineNanos);
    }

    // Sending

    /** Sends one text message; {@code utf8} must be valid. */
    public void sendText(byte[] utf8, int offset, int length) throws IOException {
        sender.sendMessage(Opcode.TEXT, utf8, offset, length);
    }

    /** As {@link #sendText}, but never compressed. */
    public void sendTextAsItIs(byte[] utf8, int offset, int length) throws IOException {
        sender.send(Opcode.FIN | Opcode.TEXT, utf8, offset, length);
    }

    /** Sends one binary message. */
    public void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        sender.sendMessage(Opcode.BINARY, bytes, offset, length);
    }

    /** Sends a ping with at most 125 bytes. */
    public void ping(byte[] payload) throws IOException {
        sender.send(Opcode.FIN | Opcode.PING, payload, 0, payload.length);
    }

    /** Sends a ping unless another send is under way or there is no room. Never waits; returns whether it was sent. */
    public boolean pingIfIdle() {
        return sender.sendIfIdle(Opcode.FIN | Opcode.PING, new byte[0]);
    }

    /** Sends a text message that may be lost, unless another send is under way or there is no room. Never waits. */
    public boolean sendTextIfIdle(byte[] utf8) {
        return sender.sendIfIdle(Opcode.FIN | Opcode.TEXT, utf8);
    }

    /** Begins a virtual thread where this connection's own thread runs, so that its sends wake nobody else. */
    public void startNear(Runnable task) {
        if (stream instanceof SocketStream socket) {
            try {
                socket.loop().start(task);
                return;
            } catch (RejectedExecutionException e) {
                // That loop has ended.
            }
        }
        Thread.startVirtualThread(task);
    }

    /** Whether messages to this peer are compressed one by one; then {@link #sendFrames} is not for text. */
    public boolean compresses() {
        return sender.compresses();
    }

    /** Writes frames that the caller has built, with one call. Fails after the close frame. */
    public void sendFrames(FrameBuffer frames) throws IOException {
        sender.sendFrames(frames);
    }

    /**
     * Runs {@code action} while no other thread sends: its messages stay together, in order with the state it reads.
     */
    public void inSendOrder(SendAction action) throws IOException {
        sender.inSendOrder(action);
    }

    /** An action that runs while no other thread sends. */
    @FunctionalInterface
    public interface SendAction {
        void run() throws IOException;
    }

    // Ending

    /** Begins the close handshake, or answers it. Later calls do nothing. */
    public void close(int code, String reason) {
        sender.close(code, reason);
    }

    /**
     * After this no send is under way and none begins; a send that does not end soon is cut short. Sends no close
     * frame.
     */
    public void settle() {
        sender.settle();
    }

    /**
     * Ends the connection, on the reading thread. For a moment it reads and drops further input, so that a reset does
     * not overtake the last messages to the peer.
     */
    public void finish() {
        receiver.abandonInput();
        try {
            if (sender.closeSentNanos != 0) {
                stream.linger(System.nanoTime() + LINGER_NANOS);
            }
        } catch (IOException e) {
            // Gone already.
        } finally {
            stream.close();
            sender.releaseDeflater();
            releaseContext.run();
            share.close();
        }
    }

    /** Ends the connection with a reset, from any thread; threads that read or send fail. */
    public void abort() {
        stream.abort();
    }

    // State, for any thread

    public long bytesIn() {
        return receiver.bytesIn;
    }

    public long bytesOut() {
        return sender.bytesOut;
    }

    /** The total size of compressed messages after inflating. Reading thread only. */
    public long inflatedBytes() {
        return receiver.inflatedBytes();
    }

    /** The total time spent inflating. Reading thread only. */
    public long inflatingNanos() {
        return receiver.inflatingNanos();
    }

    /** The total time spent compressing, by any threads. */
    public long deflatingNanos() {
        return sender.deflatingNanos();
    }

    /** Of the budget for messages that are incomplete or have to wait. */
    public MessageBudget.Share share() {
        return share;
    }

    /** Whether the connection was aborted because there was no memory to wait for its peer. */
    public boolean gaveUp() {
        return sender.gaveUp;
    }

    /** When input came last, on the clock of {@link System#nanoTime}. */
    public long lastReadNanos() {
        return receiver.lastReadNanos;
    }

    /** Since when an incomplete message has been arriving, or 0. */
    public long midMessageSince() {
        return receiver.midMessageSince;
    }

    /** Since when a send has waited for the peer to read, or 0. */
    public long sendBlockedSince() {
        return stream.writeBlockedSince();
    }

    /** When the close frame was sent, or 0. */
    public long closeSentNanos() {
        return sender.closeSentNanos;
    }

    /** The code of the peer's close frame, of the error that ended the connection, or 1006 while there is none. */
    public int closeCode() {
        return receiver.closeCode;
    }
}
