package loomchat.cluster.redis;

import java.util.List;
import java.util.function.Consumer;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Receives what is published for this server and for all. Each server publishes to itself once a second, so that a
 * connection on which nothing comes is broken.
 */
final class RedisSubscriber extends RedisThread {
    private static final int SILENCE_MILLIS = 3_000;

    private final byte[] channel;
    private final byte[] toAll;
    private final Consumer<byte[]> received;

    /** @param received called on this thread: must not block */
    RedisSubscriber(
            RedisConnector connector, LinkState state, byte[] channel, byte[] toAll, Consumer<byte[]> received) {
        super("subscriber", connector, state, SILENCE_MILLIS);
        this.channel = channel;
        this.toAll = toAll;
        this.received = received;
    }

    @Override
    protected void serve(RedisConnection with) {
        with.sendCommand(Command.SSUBSCRIBE, toAll);
        with.getOne();
        with.sendCommand(Command.SSUBSCRIBE, channel);
        with.getOne();
        markUp();
        while (!closed) {
            Object message = with.getUnflushedObject();
            if (!(message instanceof List<?> parts) || parts.size() < 3 || !(parts.get(2) instanceof byte[] payload)) {
                throw new JedisConnectionException("The subscription has ended");
            }
            try {
                received.accept(payload);
            } catch (RuntimeException e) {
                LinkProblems.unexpected(e);
            }
        }
    }
}
