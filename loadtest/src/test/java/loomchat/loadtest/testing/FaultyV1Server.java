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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A small server that speaks {@code chat.v1}, independent of the real one, and breaks its rules on demand: one fault
 * in so many messages or resumes; where a resume gives no chance to commit it, the next one that does. It can be a
 * cluster: several servers that share everything but messages that one of them has just taken, and that can be killed.
 * One virtual thread per connection; one lock guards everything. Long, because all that the lock guards is in it. Chats
 * of broken connections are kept for ever.
 */
public final class FaultyV1Server implements AutoCloseable {
    public enum Fault {
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

        public boolean withResumes() {
            return this == NONE || ordinal() >= FORGET.ordinal();
        }
    }

    private static final int LATE_MILLIS = 400;

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /** One of the servers. */
    private static final class Node {
        final Set<Socket> open = ConcurrentHashMap.newKeySet();
        ServerSocket door;
    }

    private boolean honest = true;
    private final List<Node> nodes = new ArrayList<>();
    private final Fault fault;
    private final int each;
    /** Null when nobody has an identity. */
    private final FaultySessions sessions;

    // Guarded by this
    private final Map<String, Visitor> visitors = new HashMap<>();
    private final Deque<Visitor> waiting = new ArrayDeque<>();
    private int chats;
    private int chances;
    /** The fault of a resume is due. */
    private boolean owed;

    private int committed;

    public FaultyV1Server(Fault fault, int each) throws IOException {
        this(fault, each, null, 1);
    }

    /** Relays without a fault to visitors with identities and to guests. */
    public FaultyV1Server(FaultySessions sessions) throws IOException {
        this(Fault.NONE, 1, sessions, 1);
    }

    private FaultyV1Server(Fault fault, int each, FaultySessions sessions, int servers) throws IOException {
        this.fault = fault;
        this.each = each;
        this.sessions = sessions;
        for (int i = 0; i < servers; i++) {
            nodes.add(new Node());
            open(nodes.get(i), 0);
        }
    }

    /**
     * A cluster. One in {@code each} messages is passed on late, and lost when its server is killed.
     *
     * @param honest whether a resume tells the sender that such a message is lost, so that it is sent again
     */
    public static FaultyV1Server cluster(int servers, int each, boolean honest) throws IOException {
        FaultyV1Server cluster = new FaultyV1Server(Fault.NONE, each, null, servers);
        cluster.honest = honest;
        return cluster;
    }

    private void open(Node node, int port) throws IOException {
        ServerSocket door = new ServerSocket(port, 4096, InetAddress.getByName("127.0.0.1"));
        node.door = door;
        Thread.ofVirtual().start(() -> accept(node, door));
    }

    /** Of all servers, with commas between. */
    public String url() {
        return nodes.stream()
                .map(each -> "ws://127.0.0.1:" + each.door.getLocalPort() + "/")
                .collect(Collectors.joining(","));
    }

    /** Ends one server and all of its connections; it has said "sent" of messages that it has not passed on. */
    public void kill(int number) throws IOException {
        Node node = nodes.get(number);
        node.door.close();
        synchronized (this) {
            for (Visitor each : Set.copyOf(visitors.values())) {
                if (each.late != null && each.connection != null && node.open.contains(each.connection.socket)) {
                    each.late = null;
                    each.taken -= honest ? 1 : 0;
                    committed++;
                }
            }
            for (Socket each : node.open) {
                each.setSoLinger(true, 0);
                each.close();
            }
        }
    }

    public void restart(int number) throws IOException {
        open(nodes.get(number), nodes.get(number).door.getLocalPort());
    }

    /** Faults that were really committed. */
    public synchronized int committed() {
        return committed;
    }

    /** Messages that were to be swapped with a next one that never came. */
    public synchronized int held() {
        return (int) visitors.values().stream().filter(s -> s.held != null).count();
    }

    private void accept(Node node, ServerSocket door) {
        try {
            while (true) {
                Socket socket = door.accept();
                node.open.add(socket);
                Thread.ofVirtual().start(() -> {
                    serve(node, socket);
                    node.open.remove(socket);
                });
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** A visitor, who may change connections. */
    private static final class Visitor {
        ServerSideSocket connection;
        int chat;
        Visitor partner;
        /** How many of this visitor's messages have been taken in the chat. */
        int taken;
        /** What the partner said in the chat: the id, then the escaped text. */
        final List<Object[]> kept = new ArrayList<>();

        Object[] held;
        /** Taken, and not passed on yet: always the last one. */
        Object[] late;
        /** Of its identity, or null. */
        String subject;
        /**
         * Its chat was ended by the refusal of its partner's resume: a resume of its own is refused as well, unless it
         * has heard of the end.
         */
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

    private void serve(Node node, Socket socket) {
        Visitor[] visitor = {new Visitor()};
        String secret = UUID.randomUUID().toString();
        ServerSideSocket connection = null;
        try (socket) {
            connection = new ServerSideSocket(socket);
            ServerSideSocket.Request request = connection.readRequest();
            if (sessions != null && request.header("upgrade").isEmpty()) {
                connection.respond(sessions.answer(request));
                return;
            }
            FaultySessions.Admission admission =
                    sessions == null ? new FaultySessions.Admission(0, null) : sessions.admit(request, connection);
            if (!connection.shakeHands(request, admission.refuseWith(), "chat.v1")) {
                return;
            }
            String subject = admission.subject();
            String known = subject == null || !sessions.saysKnown() ? "" : ",\"known\":true";
            connection.text(
                    "{\"type\":\"welcome\",\"session\":1,\"secret\":\"%s\",\"run\":\"%d\"%s,\"limits\":{\"textBytes\":65536,\"messagesPerSecond\":20,\"interests\":8,\"interestChars\":32,\"resumeSeconds\":15}}"
                            .formatted(secret, nodes.indexOf(node), known));
            visitor[0].subject = subject;
            visitor[0].connection = connection;
            synchronized (this) {
                visitors.put(secret, visitor[0]);
            }
            for (byte[] next = connection.readText(); next != null; next = connection.readText()) {
                String text = new String(next, StandardCharsets.UTF_8);
                synchronized (this) {
                    visitor[0] = handle(visitor[0], secret, text, connection);
                }
            }
            ended(visitor[0], connection);
        } catch (IOException e) {
            ended(visitor[0], connection);
        }
    }

    /** A chat outlives a connection that broke, or whose token has expired. */
    private synchronized void ended(Visitor visitor, ServerSideSocket connection) {
        FaultySessions.End end = sessions == null || connection == null ? null : sessions.ended(connection);
        boolean left = connection != null && connection.closedInOrder && end == null;
        if (left || end == FaultySessions.End.SESSION_OVER) {
            end(visitor, "left");
        } else if (connection != null) {
            broken(visitor, connection.socket);
        }
    }

    /** Unless the visitor has resumed on another connection before this one was seen to break. */
    private void broken(Visitor visitor, Socket socket) {
        if (visitor.connection != null && visitor.connection.socket != socket) {
            return;
        }
        visitor.connection = null;
        waiting.remove(visitor);
        if (visitor.partner != null) {
            visitor.partner.tell("{\"type\":\"away\",\"chat\":%d,\"seconds\":15}".formatted(visitor.chat));
        }
    }

    private Visitor handle(Visitor visitor, String secret, String text, ServerSideSocket connection) {
        JsonObject message;
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            message = reader.readObject();
        }
        switch (message.getString("type")) {
            case "find" -> find(visitor);
            case "next" -> {
                if (isIn(visitor, message.getInt("chat"))) {
                    end(visitor, "next");
                    find(visitor);
                }
            }
            case "chat" -> chat(visitor, message, text);
            case "got" -> {
                if (visitor.partner != null) {
                    visitor.partner.tell("{\"type\":\"ack\",\"state\":\"delivered\",\"chat\":%d,\"id\":%d}"
                            .formatted(visitor.chat, message.getInt("id")));
                }
            }
            case "resume" -> {
                return resume(visitor, secret, message, connection);
            }
            case "auth" -> sessions.auth(connection, message.getString("token"));
            default -> {}
        }
        return visitor;
    }

    private void find(Visitor visitor) {
        Visitor partner = waiting.poll();
        if (partner == null) {
            waiting.add(visitor);
            visitor.tell("{\"type\":\"waiting\",\"count\":1}");
            return;
        }
        chats++;
        for (Visitor one : List.of(visitor, partner)) {
            one.chat = chats;
            one.partner = one == visitor ? partner : visitor;
            one.taken = 0;
            one.kept.clear();
            one.held = null;
            one.late = null;
            one.orphaned = false;
            one.tell("{\"type\":\"matched\",\"chat\":%d,\"interests\":[],\"first\":%b}"
                    .formatted(chats, one == partner));
        }
    }

    private void end(Visitor visitor, String why) {
        waiting.remove(visitor);
        Visitor partner = visitor.partner;
        if (partner != null) {
            passOn(visitor);
            partner.tell("{\"type\":\"left\",\"chat\":%d,\"why\":\"%s\"}".formatted(visitor.chat, why));
            visitor.tell("{\"type\":\"left\",\"chat\":%d,\"why\":\"you\"}".formatted(visitor.chat));
            partner.partner = null;
            visitor.partner = null;
        }
    }

    /** Whether that chat is on; tells the visitor otherwise. */
    private static boolean isIn(Visitor visitor, int chat) {
        boolean on = visitor.partner != null && visitor.chat == chat;
        if (!on) {
            visitor.tell("{\"type\":\"error\",\"code\":\"stale-chat\",\"text\":\"\",\"chat\":%d}".formatted(chat));
        }
        return on;
    }

    private void chat(Visitor from, JsonObject message, String raw) {
        if (!isIn(from, message.getInt("chat"))) {
            return;
        }
        int id = message.getInt("id");
        if (id == from.taken + 1) {
            from.taken = id;
            String marker = "\"text\":\"";
            passOn(from);
            from.late = new Object[] {id, raw.substring(raw.indexOf(marker) + marker.length(), raw.length() - 2)};
            if (nodes.size() > 1 && due()) {
                passOnLater(from, from.late);
            } else {
                passOn(from);
            }
        }
        from.tell("{\"type\":\"ack\",\"state\":\"sent\",\"chat\":%d,\"id\":%d}".formatted(from.chat, from.taken));
    }

    private void passOn(Visitor from) {
        Object[] said = from.late;
        from.late = null;
        if (said != null && from.partner != null) {
            relay(from, said);
        }
    }

    private void passOnLater(Visitor from, Object[] said) {
        Thread.ofVirtual().start(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS));
            synchronized (this) {
                if (from.late == said) {
                    passOn(from);
                }
            }
        });
    }

    private boolean due() {
        return ++chances % each == 0;
    }

    private void relay(Visitor from, Object[] said) {
        Visitor to = from.partner;
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

    private void misdeliver(Visitor from, Visitor to, Object[] said) {
        Visitor stranger = visitors.values().stream()
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

    private Visitor resume(Visitor fresh, String secret, JsonObject message, ServerSideSocket connection) {
        String old = message.getString("secret");
        // The answer may end with its server, and the client comes again with the old secret.
        Visitor visitor = nodes.size() > 1 ? visitors.get(old) : visitors.remove(old);
        int heard = message.getInt("id");
        owed |= fault != Fault.NONE && fault.withResumes() && due();
        boolean anothers = visitor != null && !Objects.equals(visitor.subject, fresh.subject);
        if (visitor == null || visitor.partner == null || anothers || fault == Fault.REFUSE && owed) {
            if (visitor != null && visitor.partner != null) {
                commit(1);
                visitor.partner.orphaned = true;
                end(visitor, "gone");
            } else if (visitor != null && visitor.orphaned) {
                committed++;
            }
            fresh.tell("{\"type\":\"error\",\"code\":\"cannot-resume\",\"text\":\"\"}");
            return fresh;
        }
        visitors.put(secret, visitor);
        visitor.connection = connection;
        visitor.tell("{\"type\":\"resumed\",\"chat\":%d,\"id\":%d,\"missed\":0,\"partnerAway\":%b}"
                .formatted(visitor.chat, visitor.taken, visitor.partner.connection == null));
        sendKept(visitor, heard);
        visitor.partner.tell("{\"type\":\"back\",\"chat\":%d}".formatted(visitor.chat));
        return visitor;
    }

    private void commit(int count) {
        committed += count;
        owed = false;
    }

    private void sendKept(Visitor visitor, int heard) {
        List<Object[]> unheard = new ArrayList<>(
                visitor.kept.stream().filter(m -> (int) m[0] > heard).toList());
        if (owed && fault == Fault.FORGET && unheard.size() > 1) {
            visitor.kept.remove(unheard.removeFirst());
            commit(1);
        }
        if (owed && fault == Fault.REPEAT) {
            visitor.kept.stream().filter(m -> (int) m[0] == heard).findAny().ifPresent(m -> {
                unheard.addFirst(m);
                commit(1);
            });
        }
        if (owed && fault == Fault.SHUFFLE && unheard.size() > 1) {
            // Each of the others comes after one that was said later.
            unheard.addFirst(unheard.removeLast());
            commit(unheard.size() - 1);
        }
        unheard.forEach(visitor::say);
    }

    @Override
    public void close() throws IOException {
        if (sessions != null) {
            sessions.close();
        }
        for (Node each : nodes) {
            each.door.close();
        }
    }
}
