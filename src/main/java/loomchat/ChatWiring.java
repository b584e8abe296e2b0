package loomchat;

import java.util.Map;
import loomchat.chat.ChatContext;
import loomchat.chat.ChatServer;
import loomchat.chat.EchoConnection;
import loomchat.chat.Endpoint;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Protocol;
import loomchat.chat.plain.PlainConnection;
import loomchat.chat.v1.V1Endpoint;
import loomchat.chat.v1.V1Limits;

/** Which protocols a chat server speaks, and who serves them. */
public final class ChatWiring {
    private ChatWiring() {}

    public static ChatServer server(ChatContext context, V1Limits v1) {
        PairLifecycle pairs = new PairLifecycle(context, v1.interestSeconds());
        Endpoint plain = opened -> new PlainConnection(context, pairs, opened);
        Endpoint echo = opened -> new EchoConnection(context, opened);
        Endpoint chatV1 = new V1Endpoint(context, v1, pairs);
        return new ChatServer(context, pairs, Map.of(Protocol.PLAIN, plain, Protocol.ECHO, echo, Protocol.V1, chatV1));
    }
}
