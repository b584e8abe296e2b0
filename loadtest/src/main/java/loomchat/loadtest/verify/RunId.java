package loomchat.loadtest.verify;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The name under which servers are told of a run: that of its folder, with letters behind it. Folders are named by the
 * second, and clients with other folders may begin in the same one. No state.
 */
public final class RunId {
    /** A server takes no longer one. */
    private static final int MOST = 64;

    private static final int LETTERS = 5;
    private static final int RADIX = 36;

    private RunId() {}

    /** @param folder of the run, within {@code results}; a step of a search has the name of the search as well */
    public static String of(Path results, Path folder) {
        List<String> names = new ArrayList<>();
        results.relativize(folder).forEach(each -> names.add(each.toString()));
        String name = String.join("-", names);
        return name.substring(0, Math.min(name.length(), MOST - LETTERS - 1)) + "-" + letters();
    }

    private static String letters() {
        SecureRandom random = new SecureRandom();
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < LETTERS; i++) {
            letters.append(Character.forDigit(random.nextInt(RADIX), RADIX));
        }
        return letters.toString();
    }
}
