package loomchat.names;

import java.util.Collection;

/**
 * How many letters have to be put in, left out, replaced or exchanged with their neighbour to make one name of another:
 * the optimal string alignment distance (Damerau 1964).
 */
public final class EditDistance {
    /** What is longer is no name. */
    private static final int MOST = 64;

    private EditDistance() {}

    /** The one of {@code names} that is nearest to {@code name}, at most {@code most} edits away; null when none is. */
    public static String nearest(String name, Collection<String> names, int most) {
        String nearest = null;
        int least = most + 1;
        for (String each : names) {
            int distance = of(name, each);
            if (distance < least) {
                least = distance;
                nearest = each;
            }
        }
        return nearest;
    }

    static int of(String a, String b) {
        if (a.length() > MOST || b.length() > MOST) {
            return Integer.MAX_VALUE;
        }
        int[] beforeLast = null;
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], 1 + beforeLast[j - 2]);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
