package loomchat.cluster.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Opens connections to the server that holds our keys, whichever that is now. Any thread; blocks. */
final class RedisConnector {
    static final int TIMEOUT_MILLIS = 300;
    private static final int TLS_TIMEOUT_MILLIS = 2_000;

    private final RedisUrl url;
    private final int slot;

    /** @param keyPrefix of all keys, with the tag that puts them into one hash slot */
    RedisConnector(RedisUrl url, String keyPrefix) {
        this.url = url;
        this.slot = JedisClusterCRC16.getSlot(keyPrefix);
    }

    /** @throws JedisException it cannot be reached, or does not let us in */
    RedisConnection open(int readTimeoutMillis) {
        return switch (url.kind()) {
            case SINGLE -> open(url.hosts().getFirst(), readTimeoutMillis);
            case SENTINEL -> openMaster(readTimeoutMillis);
            case CLUSTER -> open(slotOwner(), readTimeoutMillis);
        };
    }

    private RedisConnection open(HostAndPort host, int readTimeoutMillis) {
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                .resp2()
                .connectionTimeoutMillis(url.tls() ? TLS_TIMEOUT_MILLIS : TIMEOUT_MILLIS)
                .socketTimeoutMillis(url.tls() ? TLS_TIMEOUT_MILLIS : TIMEOUT_MILLIS)
                .user(url.user())
                .password(url.password())
                .database(url.database())
                .ssl(url.tls())
                .clientName("loomchat")
                .build();
        RedisConnection connection = new RedisConnection(host, config);
        try {
            connection.connect();
            connection.setSoTimeout(readTimeoutMillis);
            return connection;
        } catch (JedisException e) {
            connection.close();
            throw e;
        }
    }

    private RedisConnection openMaster(int readTimeoutMillis) {
        RedisConnection connection = open(ask(this::master, "No Sentinel knows " + url.master()), readTimeoutMillis);
        connection.sendCommand(Command.ROLE);
        byte[] role = (byte[]) connection.getObjectMultiBulkReply().getFirst();
        if (!"master".equals(new String(role, StandardCharsets.US_ASCII))) {
            connection.close();
            throw new JedisConnectionException("The Sentinels name a replica as " + url.master());
        }
        return connection;
    }

    /** Asks one Sentinel. The login is that of Redis: Sentinels have none here. */
    private HostAndPort master(HostAndPort sentinel) {
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                .resp2()
                .timeoutMillis(TIMEOUT_MILLIS)
                .ssl(url.tls())
                .build();
        try (Connection connection = new Connection(sentinel, config)) {
            connection.sendCommand(Command.SENTINEL, "get-master-addr-by-name", url.master());
            List<String> address = connection.getMultiBulkReply();
            return address == null ? null : new HostAndPort(address.get(0), Integer.parseInt(address.get(1)));
        }
    }

    private HostAndPort slotOwner() {
        return ask(this::slotOwner, "No server of the Redis Cluster knows who holds slot " + slot);
    }

    private HostAndPort slotOwner(HostAndPort one) {
        try (Connection connection = open(one, TIMEOUT_MILLIS)) {
            connection.sendCommand(Command.CLUSTER, "SLOTS");
            for (Object each : connection.getObjectMultiBulkReply()) {
                List<?> range = (List<?>) each;
                if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
                    List<?> owner = (List<?>) range.get(2);
                    String host = new String((byte[]) owner.get(0), StandardCharsets.US_ASCII);
                    return new HostAndPort(host.isEmpty() ? one.getHost() : host, ((Long) owner.get(1)).intValue());
                }
            }
            return null;
        }
    }

    private interface Question {
        HostAndPort to(HostAndPort host);
    }

    /** The first answer of any of the hosts. */
    private HostAndPort ask(Question question, String nobodyKnows) {
        JedisException failure = null;
        for (HostAndPort each : url.hosts()) {
            try {
                HostAndPort answer = question.to(each);
                if (answer != null) {
                    return answer;
                }
            } catch (JedisException e) {
                failure = e;
            }
        }
        throw failure instanceof JedisConnectionException || failure == null
                ? new JedisConnectionException(nobodyKnows)
                : failure;
    }
}
