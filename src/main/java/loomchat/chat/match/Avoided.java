package loomchat.chat.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Whom one seeker must not meet, for a search among those of other servers. Each is a letter and a number: {@code g}
 * for one connection's visitor, {@code i} for an identity.
 *
 * @param blocked never
 * @param recent not now, unless nobody else is there
 */
public record Avoided(List<String> blocked, List<String> recent) {
    Avoided() {
        this(new ArrayList<>(), new ArrayList<>());
    }
}
