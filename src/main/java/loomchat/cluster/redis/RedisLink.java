package loomchat.cluster.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import loomchat.cluster.wire.Packet;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * All that this server has of Redis. Nothing here blocks its caller: while Redis cannot be reached, calls fail and
 * packets are lost at once.
 */
public final class RedisLink implements AutoCloseable {
    private static final int LEAST_VERSION = 7;

    private final RedisUrl url;
    private final RedisConnector connector;
    private final String prefix;
    private final byte[] prefixBytes;
    private final AtomicBoolean up = new AtomicBoolean();
    private final RedisTimings timings = new RedisTimings();
    private RedisCommands commands;
    private RedisPublisher publisher;
    private RedisSubscriber subscriber;
    private volatile Listener listener;
    private volatile String failure = "not connected yet";
    private volatile boolean closing;

    /** Told when Redis can be reached, and when it cannot. On a thread of the link: must not block. */
    public interface Listener {
        void up();

        void down();
    }

    /** Redis is there, and we cannot use it; the message is one line for the operator. */
    public static final class Unusable extends Exception {
        Unusable(String message) {
            super(message);
        }
    }

    public RedisLink(RedisUrl url) {
        this.url = url;
        // Channels are the same for all databases of a server.
        prefix = "loomchat:{crowd" + (url.database() == 0 ? "" : url.database()) + "}:";
        prefixBytes = bytes(prefix);
        connector = new RedisConnector(url, prefix);
    }

    /**
     * Tries everything that is needed of Redis, once.
     *
     * @param hash a key behind the prefix
     * @param sorted another one
     * @return the reply of {@code script}, the fields and values of {@code hash}, and the members and scores of
     *     {@code sorted}; null if Redis cannot be reached
     */
    public List<Object> check(Script script, String hash, String sorted, Object... arguments) throws Unusable {
        try (Connection connection = connector.open(RedisConnector.TIMEOUT_MILLIS * 3)) {
            checkVersion(connection);
            // A channel of its own: what another server that starts publishes would be taken for a reply.
            byte[] channel = bytes(prefix + "check:" + UUID.randomUUID());
            connection.sendCommand(Command.SPUBLISH, channel, new byte[0]);
            connection.getOne();
            connection.sendCommand(Command.SSUBSCRIBE, channel);
            connection.getOne();
            connection.sendCommand(Command.SUNSUBSCRIBE, channel);
            connection.getOne();
            RedisCall call = RedisCall.script(script, prefixBytes, list(arguments), RedisCall.Reply.IGNORED)
                    .withSource();
            connection.sendCommand(call.command(), call.arguments());
            Object reply = connection.getOne();
            connection.sendCommand(Command.HGETALL, bytes(prefix + hash));
            Object fields = connection.getOne();
            connection.sendCommand(Command.ZRANGE, prefix + sorted, "0", "-1", "WITHSCORES");
            return List.of(reply, fields, connection.getOne());
        } catch (JedisConnectionException e) {
            failure = e.getMessage();
            return null;
        } catch (JedisException e) {
            throw new Unusable("REDIS_URL=" + url + " cannot be used: " + e.getMessage());
        } catch (ClassCastException | NumberFormatException e) {
            throw new Unusable("REDIS_URL=" + url + " cannot be used: it does not answer as Redis does");
        }
    }

    private void checkVersion(Connection connection) throws Unusable {
        connection.sendCommand(Command.INFO, "server");
        String info = connection.getBulkReply();
        String version = info.lines()
                .filter(line -> line.startsWith("redis_version:"))
                .map(line -> line.substring(line.indexOf(':') + 1))
                .findFirst()
                .orElse("0");
        if (Integer.parseInt(version.split("\\.")[0]) < LEAST_VERSION) {
            throw new Unusable("REDIS_URL=" + url + " cannot be used: it is version " + version + ", and "
                    + LEAST_VERSION + ".0 or later is needed");
        }
    }

    /**
     * Begins to connect, and goes on doing so.
     *
     * @param received gets each message for this server; must not block
     * @param onFatal gets a thread's name and the error with which it ended
     */
    public void start(long self, Consumer<byte[]> received, Listener to, BiConsumer<String, Throwable> onFatal) {
        listener = to;
        LinkState state = new LinkState() {
            @Override
            public void changed(String failure) {
                RedisLink.this.changed(failure);
            }

            @Override
            public void failed(String thread, Error error) {
                onFatal.accept(thread, error);
            }
        };
        commands = new RedisCommands(connector, state, timings);
        publisher = new RedisPublisher(connector, state, self, this::channel);
        subscriber = new RedisSubscriber(connector, state, channel(self), channel(Packet.TO_ALL), received);
        subscriber.start();
        commands.start();
        publisher.start();
    }

    private byte[] channel(long node) {
        return bytes(prefix + "to:" + node);
    }

    /** Threads of the connections; one at a time, so that the last word is true. */
    private synchronized void changed(String why) {
        boolean all = commands.isUp() && publisher.isUp() && subscriber.isUp();
        if (closing) {
            return;
        }
        if (why != null) {
            failure = why;
        }
        if (up.compareAndSet(!all, all)) {
            if (all) {
                listener.up();
            } else {
                LinkProblems.say("Redis cannot be reached: this server goes on alone. " + failure);
                listener.down();
            }
        } else if (!all && why != null) {
            LinkProblems.say("Redis cannot be reached: this server goes on alone. " + failure);
        }
    }

    public RedisTimings timings() {
        return timings;
    }

    public boolean isUp() {
        return up.get();
    }

    public void publish(Packet packet) {
        publisher.publish(packet);
    }

    /** As {@link #publish}, a little later and with others like it. */
    public void publishLater(Packet.Later packet) {
        publisher.publishLater(packet);
    }

    /** @param arguments texts, numbers and bytes */
    public void run(Script script, RedisCall.Reply reply, Object... arguments) {
        commands.submit(RedisCall.script(script, prefixBytes, list(arguments), reply));
    }

    /** @param key behind the prefix */
    public void run(ProtocolCommand command, String key, RedisCall.Reply reply, Object... arguments) {
        List<byte[]> all = new ArrayList<>(arguments.length + 1);
        all.add(bytes(prefix + key));
        all.addAll(list(arguments));
        commands.submit(RedisCall.command(command, reply, all.toArray(byte[][]::new)));
    }

    private static List<byte[]> list(Object... arguments) {
        List<byte[]> all = new ArrayList<>(arguments.length);
        for (Object each : arguments) {
            if (each instanceof List<?> several) {
                several.forEach(one -> all.add(bytes(one)));
            } else {
                all.add(bytes(each));
            }
        }
        return all;
    }

    private static byte[] bytes(Object value) {
        return value instanceof byte[] there ? there : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closing = true;
        commands.close();
        publisher.close();
        subscriber.close();
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
