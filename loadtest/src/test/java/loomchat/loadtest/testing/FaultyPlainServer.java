package loomchat.loadtest.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A small relay that speaks the plain protocol, independent of the server and of its codec, and does wrong on demand:
 * one fault in so many relayed messages. One virtual thread per connection; a lock around the queue and around each
 * socket's output.
 */
public final class FaultyPlainServer implements AutoCloseable {
    public enum Fault {
        NONE,
        DROP,
        DOUBLE,
        /** Holds a message back until the sender's next. */
        SWAP,
        CORRUPT,
        /** To somebody in another pair instead. */
        MISDELIVER,
        /** Nobody ever gets a partner: a chat whose matching is dead, or another service. */
        NEVER_MATCH
    }

    private final ServerSocket server;
    private final Fault fault;
    private final int each;
    private final AtomicInteger relayed = new AtomicInteger();
    private final AtomicReference<CountDownLatch> frozen = new AtomicReference<>();
    /** Faults that were really committed. */
    public final AtomicInteger committed = new AtomicInteger();

    /** Messages that wait for their sender's next: lost where none comes. */
    public final AtomicInteger held = new AtomicInteger();

    public final AtomicInteger accepted = new AtomicInteger();
    /** Refuse every handshake with this status, 0: none. */
    public volatile int refuseWith;

    // Guarded by this
    private final Deque<Peer> waiting = new ArrayDeque<>();
    private final List<Peer> matched = new ArrayList<>();

    public FaultyPlainServer(Fault fault, int each) throws IOException {
        this(fault, each, ServerSocketFactory.getDefault());
    }

    private FaultyPlainServer(Fault fault, int each, ServerSocketFactory sockets) throws IOException {
        this.fault = fault;
        this.each = each;
        this.server = sockets.createServerSocket(0, 4096, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    public static FaultyPlainServer secure(SSLContext context) throws IOException {
        return new FaultyPlainServer(Fault.NONE, 0, context.getServerSocketFactory());
    }

    public static FaultyPlainServer honest() throws IOException {
        return new FaultyPlainServer(Fault.NONE, 0);
    }

    public String url() {
        return "ws://127.0.0.1:" + server.getLocalPort() + "/";
    }

    public int port() {
        return server.getLocalPort();
    }

    /** From now on nothing is read until {@link #thaw}. */
    public void freeze() {
        frozen.set(new CountDownLatch(1));
    }

    public void thaw() {
        frozen.getAndSet(null).countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        Peer peer = null;
        try (socket) {
            peer = new Peer(socket);
            if (peer.shakeHands(refuseWith, null)) {
                accepted.incrementAndGet();
                join(peer);
                for (byte[] said = peer.readText(); said != null; said = peer.readText()) {
                    relay(peer, said);
                }
            }
        } catch (IOException e) {
            // Gone.
        } finally {
            if (peer != null) {
                leave(peer);
            }
        }
    }

    /** Nobody gets a message before the news of a partner, and nothing that is said after that news is dropped. */
    private void join(Peer peer) throws IOException {
        synchronized (this) {
            Peer partner = waiting.peek();
            if (partner == null || fault == Fault.NEVER_MATCH) {
                waiting.add(peer);
                return;
            }
            peer.matched();
            waiting.remove();
            peer.partner = partner;
            partner.partner = peer;
            matched.add(peer);
            matched.add(partner);
            try {
                partner.matched();
            } catch (IOException e) {
                // The partner is gone, and its own thread tells this peer.
            }
        }
    }

    private void leave(Peer peer) {
        Peer partner;
        synchronized (this) {
            waiting.remove(peer);
            matched.remove(peer);
            partner = peer.partner;
            if (partner != null) {
                matched.remove(partner);
                partner.partner = null;
            }
        }
        if (partner != null) {
            try {
                partner.text("{\"type\":\"info\",\"msg\":\"Stranger disconnected.\"}");
            } catch (IOException e) {
                // Gone as well.
            }
        }
    }

    private void relay(Peer from, byte[] said) {
        Peer partner = from.partner;
        if (partner == null) {
            return;
        }
        try {
            relay(from, partner, said);
        } catch (IOException e) {
            // The partner is gone, and its own thread finds out.
        }
    }

    private void relay(Peer from, Peer partner, byte[] said) throws IOException {
        byte[] message = chat(said);
        boolean due = fault != Fault.NONE && relayed.incrementAndGet() % each == 0;
        if (from.held != null) {
            partner.text(message);
            partner.text(from.held);
            from.held = null;
            held.decrementAndGet();
            committed.incrementAndGet();
        } else if (due) {
            wrong(from, partner, message);
        } else {
            partner.text(message);
        }
    }

    private void wrong(Peer from, Peer partner, byte[] message) throws IOException {
        switch (fault) {
            case DROP -> committed.incrementAndGet();
            case DOUBLE -> {
                partner.text(message);
                partner.text(message);
                committed.incrementAndGet();
            }
            case SWAP -> {
                from.held = message;
                held.incrementAndGet();
            }
            case CORRUPT -> {
                message[message.length - 5] ^= 1;
                partner.text(message);
                committed.incrementAndGet();
            }
            case MISDELIVER -> {
                Peer stranger = stranger(from, partner);
                (stranger == null ? partner : stranger).text(message);
                committed.addAndGet(stranger == null ? 0 : 1);
            }
            case NONE, NEVER_MATCH -> throw new AssertionError();
        }
    }

    private synchronized Peer stranger(Peer from, Peer partner) {
        return matched.stream().filter(p -> p != from && p != partner).findAny().orElse(null);
    }

    private static byte[] chat(byte[] said) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(said.length + 40);
        json.writeBytes("{\"type\":\"chat\",\"msg\":\"".getBytes(StandardCharsets.US_ASCII));
        for (byte b : said) {
            if (b == '"' || b == '\\') {
                json.write('\\');
                json.write(b);
            } else if (b >= 0 && b < 0x20) {
                json.writeBytes("\\u%04x".formatted(b).getBytes(StandardCharsets.US_ASCII));
            } else {
                json.write(b);
            }
        }
        json.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));
        return json.toByteArray();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One connection. */
    private final class Peer extends ServerSideSocket {
        private volatile Peer partner;
        private byte[] held;

        Peer(Socket socket) throws IOException {
            super(socket);
        }

        void matched() throws IOException {
            text("{\"type\":\"info\",\"msg\":\"You are connected to a stranger!\"}");
        }

        @Override
        void onFrame() throws IOException {
            CountDownLatch latch = frozen.get();
            if (latch != null) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }
}
