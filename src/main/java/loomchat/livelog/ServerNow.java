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
}
