package loomchat.loadtest.testing;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small server that pairs whoever comes, in {@code chat.v1}, and relays their calls, independent of the real one. It
 * breaks the rules of signals on demand, one fault in so many signals. One virtual thread per connection; one lock
 * guards everything. Long, because all that the lock guards is in it.
 */
public final class FaultyCallServer implements AutoCloseable {
    public enum Fault {
        NONE,
        LOSE,
        DOUBLE,
        /** Sends a signal behind the next one. */
        SWAP,
        ALTER,
        /** To somebody in another call. */
        MISDELIVER,
        /** Sends a signal once more when the call is over. */
        LATE,
        /** Has no calls at all, and says so. */
        OFF
    }

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final Fault fault;
    private final int each;
    private final ServerSocket door = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));

    // Guarded by this
    private final List<Visitor> visitors = new ArrayList<>();
    private Visitor waiting;
    private int chats;
    private int chances;
    private int committed;
    private int dropped;

    /** One connection, and its chat. */
    private static final class Visitor {
        final ServerSideSocket connection;
        int chat;
        Visitor partner;
        boolean first;
        /** The call that it invites to, or that is on. */
        int call;

        boolean on;
        String held;
        String last;

        Visitor(ServerSideSocket connection) {
            this.connection = connection;
        }

        void tell(String message) {
            try {
                connection.text(message);
            } catch (IOException e) {
                // It is gone.
            }
        }

        void tellOfCall(String more) {
            tell("{\"type\":\"call\",\"chat\":%d,\"call\":%d,%s}".formatted(chat, call, more));
        }
    }

    public FaultyCallServer(Fault fault, int each) throws IOException {
        this.fault = fault;
        this.each = each;
        Thread.ofVirtual().start(this::accept);
    }

    public String url() {
        return "ws://127.0.0.1:" + door.getLocalPort() + "/";
    }

    /** Faults that were really committed. */
    public synchronized int committed() {
        return committed;
    }

    /** Signals that were to be swapped with a next one that never came. */
    public synchronized int held() {
        return dropped
                + (int) visitors.stream().filter(each -> each.held != null).count();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = door.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        Visitor visitor = null;
        try (socket) {
            ServerSideSocket connection = new ServerSideSocket(socket);
            if (!connection.shakeHands(0, "chat.v1")) {
                return;
            }
            visitor = new Visitor(connection);
            synchronized (this) {
                visitors.add(visitor);
            }
            visitor.tell("{\"type\":\"welcome\",\"session\":1,\"secret\":\"s\",\"limits\":{\"textBytes\":65536,"
                    + "\"messagesPerSecond\":20,\"interests\":8,\"interestChars\":32,\"resumeSeconds\":15}"
                    + (fault == Fault.OFF ? "}" : ",\"calls\":\"all\"}"));
            for (byte[] next = connection.readText(); next != null; next = connection.readText()) {
                String text = new String(next, StandardCharsets.UTF_8);
                try (JsonReader reader = READERS.createReader(new StringReader(text))) {
                    handle(visitor, reader.readObject(), text);
                }
            }
        } catch (IOException e) {
            // It is gone.
        }
        if (visitor != null) {
            left(visitor);
        }
    }

    private synchronized void left(Visitor visitor) {
        waiting = waiting == visitor ? null : waiting;
        Visitor partner = visitor.partner;
        if (partner != null) {
            partner.tell("{\"type\":\"left\",\"chat\":%d,\"why\":\"left\"}".formatted(partner.chat));
            partner.partner = null;
            partner.on = false;
            visitor.partner = null;
        }
    }

    private synchronized void handle(Visitor from, JsonObject message, String text) {
        if (message.getString("type").equals("find")) {
            find(from);
        } else if (from.partner != null && from.chat == message.getInt("chat", 0)) {
            switch (message.getString("type")) {
                case "call" -> call(from, from.partner, message);
                case "signal" -> signal(from, from.partner, message, text);
                case "ice" ->
                    from.tell(
                            "{\"type\":\"ice\",\"chat\":%d,\"call\":%d,\"policy\":\"all\",\"servers\":[],\"seconds\":60}"
                                    .formatted(from.chat, message.getInt("call")));
                default -> {}
            }
        }
    }

    private void find(Visitor visitor) {
        if (waiting == null) {
            waiting = visitor;
            return;
        }
        Visitor partner = waiting;
        waiting = null;
        chats++;
        for (Visitor one : List.of(visitor, partner)) {
            one.chat = chats;
            one.partner = one == visitor ? partner : visitor;
            one.first = one == partner;
            one.tell("{\"type\":\"matched\",\"chat\":%d,\"interests\":[],\"first\":%b}".formatted(chats, one.first));
        }
    }

    private void call(Visitor from, Visitor to, JsonObject message) {
        switch (message.getString("do")) {
            case "invite" -> {
                if (from.on) {
                    return;
                }
                if (to.call > from.call) {
                    begin(from, to);
                    return;
                }
                from.call = Math.max(from.call, to.call) + 1;
                from.tellOfCall("\"do\":\"invited\"");
                to.tell("{\"type\":\"call\",\"chat\":%d,\"call\":%d,\"do\":\"invite\",\"kinds\":[]}"
                        .formatted(to.chat, from.call));
            }
            case "accept" -> {
                if (to.call == message.getInt("call") && !to.on) {
                    begin(from, to);
                } else {
                    stale(from);
                }
            }
            case "decline" -> {
                from.call = to.call;
                from.tellOfCall("\"do\":\"end\",\"why\":\"you\"");
                to.tellOfCall("\"do\":\"decline\",\"seconds\":30");
            }
            case "end" -> {
                boolean taken = from.call == message.getInt("call") && (from.on || to.call < from.call);
                if (!taken) {
                    stale(from);
                    return;
                }
                boolean on = from.on;
                to.call = from.call;
                from.on = false;
                to.on = false;
                from.tellOfCall("\"do\":\"end\",\"why\":\"you\"");
                to.tellOfCall("\"do\":\"end\",\"why\":\"%s\"".formatted(message.getString("why", "ended")));
                if (on && fault == Fault.LATE && to.last != null && due()) {
                    to.tell(to.last);
                    committed++;
                }
            }
            default -> throw new AssertionError(message);
        }
    }

    private static void stale(Visitor visitor) {
        visitor.tell("{\"type\":\"error\",\"code\":\"stale-call\",\"text\":\"\",\"chat\":%d}".formatted(visitor.chat));
    }

    private void begin(Visitor from, Visitor to) {
        from.call = to.call;
        for (Visitor each : List.of(from, to)) {
            each.on = true;
            dropped += each.held == null ? 0 : 1;
            each.held = null;
            each.last = null;
            each.tellOfCall("\"do\":\"accept\",\"kinds\":[\"audio\"],\"polite\":" + !each.first);
        }
    }

    private boolean due() {
        return ++chances % each == 0;
    }

    private void signal(Visitor from, Visitor to, JsonObject message, String text) {
        if (!from.on || message.getInt("call") != from.call) {
            from.tell("{\"type\":\"error\",\"code\":\"stale-call\",\"text\":\"\",\"chat\":%d,\"id\":%d}"
                    .formatted(from.chat, message.getInt("id")));
            return;
        }
        to.last = text;
        if (from.held != null) {
            to.tell(text);
            to.tell(from.held);
            from.held = null;
            committed++;
            return;
        }
        if (fault == Fault.NONE || fault == Fault.LATE || !due()) {
            to.tell(text);
            return;
        }
        switch (fault) {
            case LOSE -> committed++;
            case DOUBLE -> {
                to.tell(text);
                to.tell(text);
                committed++;
            }
            case SWAP -> from.held = text;
            case ALTER -> {
                to.tell(text.replace("v=0", "v=1"));
                committed++;
            }
            case MISDELIVER -> misdeliver(from, to, message, text);
            case NONE, LATE, OFF -> throw new AssertionError(fault);
        }
    }

    private void misdeliver(Visitor from, Visitor to, JsonObject message, String text) {
        Visitor stranger = visitors.stream()
                .filter(each -> each.on && each != from && each != to)
                .findAny()
                .orElse(null);
        if (stranger == null) {
            to.tell(text);
            return;
        }
        String ofStranger = "{\"type\":\"signal\",\"chat\":%d,\"call\":%d,".formatted(stranger.chat, stranger.call);
        stranger.tell(ofStranger + text.substring(text.indexOf("\"id\":" + message.getInt("id"))));
        committed++;
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
