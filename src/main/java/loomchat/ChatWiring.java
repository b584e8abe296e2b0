package loomchat;

import java.util.Map;
import loomchat.chat.Chat;
import loomchat.chat.ChatContext;
import loomchat.chat.Echo;
import loomchat.chat.Endpoint;
import loomchat.chat.Meeting;
import loomchat.chat.Protocol;
import loomchat.chat.RichLimits;
import loomchat.chat.Session;
import loomchat.chat.V1Endpoint;

/** Which protocols a chat server speaks, and who serves them. */
public final class ChatWiring {
    private ChatWiring() {}

    public static Chat server(ChatContext context, RichLimits v1) {
        Meeting pairs = new Meeting(context, v1.interestSeconds());
        Endpoint plain = opened -> new Session(context, pairs, opened);
        Endpoint echo = opened -> new Echo(context, opened);
        Endpoint chatV1 = new V1Endpoint(context, v1, pairs);
        return new Chat(context, pairs, Map.of(Protocol.PLAIN, plain, Protocol.ECHO, echo, Protocol.V1, chatV1));
    }
}
