package loomchat.loadtest.history;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import loomchat.loadtest.scenario.Scenario;

/**
 * Under which conditions a run was played, and what it cost the servers.
 *
 * @param settings that were asked for, without those that change nothing of what is played
 * @param plays a digest of all that is played: two runs with the same one can be set beside each other
 * @param machine null where it was played on several
 * @param serverCpuSeconds of all servers during the run; NaN when they do not tell, or one was started again
 * @param serverRssBytes of all servers at the end; NaN as well then
 * @param serverRestarted whether one was started again during the run
 */
public record Conditions(
        SortedMap<String, String> settings,
        String plays,
        Machine machine,
        double serverCpuSeconds,
        double serverRssBytes,
        boolean serverRestarted) {
    private static final Set<String> INDIFFERENT =
            Set.of("SCENARIO", "URL", "RESULTS", "CA", "INSECURE", "FAIL_ON_REGRESSION", "DASHBOARD");
    private static final int DIGITS = 12;

    public static Conditions of(
            Scenario scenario,
            Map<String, String> asked,
            double serverCpuSeconds,
            double serverRssBytes,
            boolean serverRestarted) {
        SortedMap<String, String> settings = new TreeMap<>(asked);
        settings.keySet().removeAll(INDIFFERENT);
        settings.remove("SHARE", "1/1");
        return new Conditions(
                settings,
                digest(scenario, settings),
                Machine.here(),
                serverCpuSeconds,
                serverRssBytes,
                serverRestarted);
    }

    /** Neither the seed nor the thresholds change what a run measures. All shares of a run have the same one. */
    private static String digest(Scenario scenario, Map<String, String> settings) {
        String played = List.of(scenario.load(), scenario.personas(), scenario.waits(), scenario.cluster())
                + settings.getOrDefault("KILLS", "")
                + settings.getOrDefault("SHARE", "").replaceFirst(".*/", "/");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(played.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
