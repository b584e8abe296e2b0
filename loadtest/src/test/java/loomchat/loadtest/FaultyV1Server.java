package loomchat.loadtest;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A small server that speaks {@code chat.v1}, independent of the real one, and does wrong on demand: one fault in so many messages or
 * resumes. One virtual thread per connection; everything is guarded by its lock. Chats of broken connections are kept for ever.
 */
final class FaultyV1Server implements AutoCloseable {
    enum Fault {
        NONE,
        // With messages
        DROP,
        DOUBLE,
        /** Sends a message behind the next one. */
        SWAP,
        CORRUPT,
        /** To somebody in another chat. */
        MISDELIVER,
        // With resumes
        /** Does not send the first of the messages that were kept. */
        FORGET,
        /** Sends a message again that the client has said that it has. */
        REPEAT,
        /** Sends the last of the messages that were kept first. */
        SHUFFLE,
        REFUSE;

        boolean withResumes() {
            return this == NONE || ordinal() >= FORGET.ordinal();
        }
    }

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final ServerSocket server;
    private final Fault fault;
    private final int each;

    // Guarded by this
    private final Map<String, Seat> seats = new HashMap<>();
    private final Deque<Seat> waiting = new ArrayDeque<>();
    private int chats;
    private int chances;
    private int committed;

    FaultyV1Server(Fault fault, int each) throws IOException {
        this.fault = fault;
        this.each = each;
        server = new ServerSocket(0, 4096, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "ws://127.0.0.1:" + server.getLocalPort() + "/";
    }

    /** Faults that were really committed. */
    synchronized int committed() {
        return committed;
    }

    /** Messages that were to be swapped with a next one that never came. */
    synchronized int held() {
        return (int) seats.values().stream().filter(s -> s.held != null).count();
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

    /** A visitor, who may change connections. */
    private static final class Seat {
        ServerSideSocket connection;
        int chat;
        Seat partner;
        /** How many of this visitor's messages have been taken in the chat. */
        int taken;
        /** What the partner said in the chat: the id, then the escaped text. */
        final List<Object[]> kept = new ArrayList<>();

        Object[] held;
        /** Its chat was ended by the refusal of its partner's resume. */
        boolean orphaned;

        void tell(String message) {
            if (connection != null) {
                try {
                    connection.text(message);
                } catch (IOException e) {
                    connection = null;
                }
            }
        }

        void say(Object[] message) {
            tell("{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"%s\"}".formatted(chat, message[0], message[1]));
        }
    }

    private void serve(Socket socket) {
        Seat[] seat = {new Seat()};
        String secret = UUID.randomUUID().toString();
        try (socket) {
            ServerSideSocket connection = new ServerSideSocket(socket);
            if (!connection.shakeHands(0, "chat.v1")) {
                return;
            }
            connection.text(
                    "{\"type\":\"welcome\",\"session\":1,\"secret\":\"%s\",\"limits\":{\"textBytes\":65536,\"messagesPerSecond\":20,\"interests\":8,\"interestChars\":32,\"resumeSeconds\":15}}"
                            .formatted(secret));
            seat[0].connection = connection;
            synchronized (this) {
                seats.put(secret, seat[0]);
            }
            for (byte[] next = connection.readText(); next != null; next = connection.readText()) {
                String text = new String(next, StandardCharsets.UTF_8);
                synchronized (this) {
                    seat[0] = handle(seat[0], secret, text, connection);
                }
            }
            synchronized (this) {
                end(seat[0], "left");
            }
        } catch (IOException e) {
            synchronized (this) {
                broken(seat[0]);
            }
        }
    }

    private void broken(Seat seat) {
        seat.connection = null;
        waiting.remove(seat);
        if (seat.partner != null) {
            seat.partner.tell("{\"type\":\"away\",\"chat\":%d,\"seconds\":15}".formatted(seat.chat));
        }
    }

    private Seat handle(Seat seat, String secret, String text, ServerSideSocket connection) {
        JsonObject message;
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            message = reader.readObject();
        }
        switch (message.getString("type")) {
            case "find" -> find(seat);
            case "next" -> {
                end(seat, "next");
                find(seat);
            }
            case "chat" -> chat(seat, message, text);
            case "got" -> {
                if (seat.partner != null) {
                    seat.partner.tell("{\"type\":\"ack\",\"state\":\"delivered\",\"chat\":%d,\"id\":%d}"
                            .formatted(seat.chat, message.getInt("id")));
                }
            }
            case "resume" -> {
                return resume(seat, secret, message, connection);
            }
            default -> {}
        }
        return seat;
    }

    private void find(Seat seat) {
        Seat partner = waiting.poll();
        if (partner == null) {
            waiting.add(seat);
            seat.tell("{\"type\":\"waiting\",\"count\":1}");
            return;
        }
        chats++;
        for (Seat one : List.of(seat, partner)) {
            one.chat = chats;
            one.partner = one == seat ? partner : seat;
            one.taken = 0;
            one.kept.clear();
            one.held = null;
            one.tell("{\"type\":\"matched\",\"chat\":%d,\"interests\":[],\"first\":%b}"
                    .formatted(chats, one == partner));
        }
    }

    private void end(Seat seat, String why) {
        waiting.remove(seat);
        Seat partner = seat.partner;
        if (partner != null) {
            partner.tell("{\"type\":\"left\",\"chat\":%d,\"why\":\"%s\"}".formatted(seat.chat, why));
            seat.tell("{\"type\":\"left\",\"chat\":%d,\"why\":\"you\"}".formatted(seat.chat));
            partner.partner = null;
            seat.partner = null;
        }
    }

    private void chat(Seat from, JsonObject message, String raw) {
        if (from.partner == null || message.getInt("chat") != from.chat) {
            from.tell("{\"type\":\"error\",\"code\":\"stale-chat\",\"text\":\"\",\"chat\":%d}"
                    .formatted(message.getInt("chat")));
            return;
        }
        int id = message.getInt("id");
        if (id == from.taken + 1) {
            from.taken = id;
            String marker = "\"text\":\"";
            relay(from, new Object[] {id, raw.substring(raw.indexOf(marker) + marker.length(), raw.length() - 2)});
        }
        from.tell("{\"type\":\"ack\",\"state\":\"sent\",\"chat\":%d,\"id\":%d}".formatted(from.chat, from.taken));
    }

    private boolean due() {
        return ++chances % each == 0;
    }

    private void relay(Seat from, Object[] said) {
        Seat to = from.partner;
        boolean wrong = !fault.withResumes() && due();
        Object[] before = from.held;
        from.held = null;
        if (before != null) {
            to.say(said);
            to.say(before);
            committed++;
            return;
        }
        if (!wrong) {
            to.kept.add(said);
            to.say(said);
            return;
        }
        switch (fault) {
            case DROP -> committed++;
            case DOUBLE -> {
                to.say(said);
                to.say(said);
                committed++;
            }
            case SWAP -> from.held = said;
            case CORRUPT -> {
                String text = (String) said[1];
                char last = text.charAt(text.length() - 1);
                said[1] = text.substring(0, text.length() - 1) + (last == 'x' ? 'y' : 'x');
                to.say(said);
                committed++;
            }
            case MISDELIVER -> misdeliver(from, to, said);
            default -> throw new AssertionError(fault);
        }
    }

    private void misdeliver(Seat from, Seat to, Object[] said) {
        Seat stranger = seats.values().stream()
                .filter(s -> s.partner != null && s != from && s != to)
                .findAny()
                .orElse(null);
        if (stranger == null) {
            to.say(said);
        } else {
            stranger.say(said);
            committed++;
        }
    }

    private Seat resume(Seat fresh, String secret, JsonObject message, ServerSideSocket connection) {
        Seat seat = seats.remove(message.getString("secret"));
        int heard = message.getInt("id");
        boolean wrong = fault != Fault.NONE && fault.withResumes() && due();
        if (seat == null || seat.partner == null || fault == Fault.REFUSE && wrong) {
            if (seat != null && seat.partner != null) {
                committed++;
                seat.partner.orphaned = seat.partner.connection == null;
                end(seat, "gone");
            } else if (seat != null && seat.orphaned) {
                committed++;
            }
            fresh.tell("{\"type\":\"error\",\"code\":\"cannot-resume\",\"text\":\"\"}");
            return fresh;
        }
        seats.put(secret, seat);
        seat.connection = connection;
        seat.tell("{\"type\":\"resumed\",\"chat\":%d,\"id\":%d,\"missed\":0,\"partnerAway\":%b}"
                .formatted(seat.chat, seat.taken, seat.partner.connection == null));
        sendKept(seat, heard, wrong);
        seat.partner.tell("{\"type\":\"back\",\"chat\":%d}".formatted(seat.chat));
        return seat;
    }

    private void sendKept(Seat seat, int heard, boolean wrong) {
        List<Object[]> unheard = new ArrayList<>(
                seat.kept.stream().filter(m -> (int) m[0] > heard).toList());
        if (wrong && fault == Fault.FORGET && unheard.size() > 1) {
            seat.kept.remove(unheard.removeFirst());
            committed++;
        }
        if (wrong && fault == Fault.REPEAT) {
            seat.kept.stream().filter(m -> (int) m[0] == heard).findAny().ifPresent(m -> {
                unheard.addFirst(m);
                committed++;
            });
        }
        if (wrong && fault == Fault.SHUFFLE && unheard.size() > 1) {
            // Each of the others comes after one that was said later.
            unheard.addFirst(unheard.removeLast());
            committed += unheard.size() - 1;
        }
        unheard.forEach(seat::say);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
