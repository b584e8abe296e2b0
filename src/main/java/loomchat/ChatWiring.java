package loomchat;

import java.util.Map;
import loomchat.chat.ChatContext;
import loomchat.chat.ChatServer;
import loomchat.chat.EchoConnection;
import loomchat.chat.Elsewhere;
import loomchat.chat.Endpoint;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Protocol;
import loomchat.chat.call.CallOptions;
import loomchat.chat.plain.PlainConnection;
import loomchat.chat.v1.V1Endpoint;
import loomchat.chat.v1.V1Limits;
import loomchat.cluster.Cluster;

/** Which protocols a chat server speaks, and who serves them. */
public final class ChatWiring {
    private ChatWiring() {}

    /** A server of its own. */
    public static ChatServer server(ChatContext context, V1Limits v1) {
        return server(context, v1, CallOptions.OFF, null);
    }

    /** @param cluster the crowd that it is a part of, or null */
    public static ChatServer server(ChatContext context, V1Limits v1, CallOptions calls, Cluster cluster) {
        Elsewhere elsewhere = cluster == null ? Elsewhere.alone() : cluster;
        PairLifecycle pairs = new PairLifecycle(context, v1.interestSeconds(), elsewhere);
        Endpoint plain = opened -> new PlainConnection(context, pairs, opened);
        Endpoint echo = opened -> new EchoConnection(context, opened);
        V1Endpoint chatV1 = new V1Endpoint(context, v1, calls, pairs);
        if (cluster != null) {
            cluster.begin(context, pairs, chatV1::findByKey);
        }
        return new ChatServer(context, pairs, Map.of(Protocol.PLAIN, plain, Protocol.ECHO, echo, Protocol.V1, chatV1));
    }
}
