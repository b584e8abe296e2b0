package loomchat.cluster.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;

/** One command or script, and who wants to know its reply. */
public final class RedisCall {
    private static final byte[] ONE = {'1'};

    private final Script script;
    private final ProtocolCommand command;
    private final byte[][] arguments;
    private final Reply reply;

    /** Told once, on the thread of the connection: must not block. */
    public interface Reply {
        /** The reply: a {@code Long}, {@code byte[]}, list of those, or null. */
        void of(Object value);

        /** There is none: Redis cannot be reached, or it refused. */
        default void failed() {}

        /** Where nobody wants to know. */
        Reply IGNORED = value -> {};
    }

    private RedisCall(Script script, ProtocolCommand command, byte[][] arguments, Reply reply) {
        this.script = script;
        this.command = command;
        this.arguments = arguments;
        this.reply = reply;
    }

    /** @param prefix of all keys, which the script gets as its only key */
    static RedisCall script(Script script, byte[] prefix, List<byte[]> arguments, Reply reply) {
        List<byte[]> all = new ArrayList<>(List.of(script.sha1(), ONE, prefix));
        all.addAll(arguments);
        return new RedisCall(script, Command.EVALSHA, all.toArray(byte[][]::new), reply);
    }

    static RedisCall command(ProtocolCommand command, Reply reply, byte[]... arguments) {
        return new RedisCall(null, command, arguments, reply);
    }

    /** The same script, sent with its source. */
    RedisCall withSource() {
        byte[][] with = arguments.clone();
        with[0] = script.source();
        return new RedisCall(null, Command.EVAL, with, reply);
    }

    /** What is asked, in a word. */
    String operation() {
        return script == null ? RedisTimings.COMMAND : script.name().toLowerCase(Locale.ROOT);
    }

    boolean isScript() {
        return script != null;
    }

    ProtocolCommand command() {
        return command;
    }

    byte[][] arguments() {
        return arguments;
    }

    Reply reply() {
        return reply;
    }
}
