package loomchat.cluster.redis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/** A connection whose commands can be sent without waiting for their replies. One thread. */
final class RedisConnection extends Connection {
    RedisConnection(HostAndPort host, JedisClientConfig config) {
        super(host, config);
    }

    /** Sends what has been written so far. */
    void send() {
        flush();
    }
}
