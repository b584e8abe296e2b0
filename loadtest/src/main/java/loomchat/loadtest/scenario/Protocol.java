package loomchat.loadtest.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The protocols that a client can speak. */
public enum Protocol {
    PLAIN("plain", List.of()),
    /** The subprotocol with matches on demand, acknowledgements and resume ({@code docs/protocol.md}). */
    CHAT_V1("chat.v1", List.of("chat.v1")),
    /** The server returns every message to its sender. */
    ECHO("echo", List.of());

    static final String NAMES = Arrays.stream(values()).map(Protocol::toString).collect(Collectors.joining(", "));

    private final String name;
    public final List<String> subprotocols;

    Protocol(String name, List<String> subprotocols) {
        this.name = name;
        this.subprotocols = subprotocols;
    }

    /** Null when no protocol has that name. */
    static Protocol named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public String toString() {
        return name;
    }
}
