package loomchat.livelog;

import java.util.List;

/**
 * What a server of a crowd counts at this moment.
 *
 * @param own whether it is this one
 */
public record ServerNow(String name, boolean own, long connections, long chats, long waiting) {
    /** All servers of the crowd, none for a server of its own. May wait for a moment. */
    public interface Source {
        List<ServerNow> now() throws InterruptedException;
    }

    /** The name of this server among those of its crowd; empty for a server of its own. */
    static String ownName(List<ServerNow> servers) {
        return servers.stream()
                .filter(ServerNow::own)
                .map(ServerNow::name)
                .findFirst()
                .orElse("");
    }
}
