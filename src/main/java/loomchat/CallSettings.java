package loomchat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import loomchat.chat.call.CallOptions;
import loomchat.chat.call.TurnServers;

/** Reads the settings about calls, as part of {@link Settings}. */
final class CallSettings {
    private static final String HOST = "([0-9A-Za-z._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?";
    private static final Pattern TURN = Pattern.compile("turns?:" + HOST + "(\\?transport=(udp|tcp))?");
    private static final Pattern STUN = Pattern.compile("stuns?:" + HOST);
    private static final int MOST_SERVERS = 8;
    private static final int LEAST_SECRET = 16;
    private static final int MOST_SECRET = 512;
    private static final String SECRET_RULE =
            LEAST_SECRET + " to " + MOST_SECRET + " printable characters without spaces, as the TURN servers know it";

    private CallSettings() {}

    /** A signal with escapes. */
    private static final int LEAST_MESSAGE_BYTES = 64 << 10;

    static CallOptions read(SettingsReader settings, int maxMessageBytes) {
        settings.group("Calls");
        List<String> turnUrls = settings.parsed(
                "TURN_URLS",
                "",
                "up to " + MOST_SERVERS
                        + " of turn:host[:port][?transport=udp|tcp], turns: for TLS, separated by commas",
                text -> urls(text, TURN),
                "the TURN servers that carry calls where browsers cannot reach each other");
        String secret = settings.secret(
                "TURN_SECRET",
                SECRET_RULE,
                CallSettings::checkedSecret,
                text -> "(hidden)",
                "the secret that the TURN servers share with this one (coturn: use-auth-secret)");
        Path file = settings.path(
                "TURN_SECRET_FILE", null, "none", "a file that can be read", "the same secret, in a file; not both");
        List<String> stunUrls = settings.parsed(
                "STUN_URLS",
                "",
                "up to " + MOST_SERVERS + " of stun:host[:port], stuns: for TLS, separated by commas",
                text -> urls(text, STUN),
                "servers that tell browsers their own public address, for CALLS=all");
        if (secret != null && file != null) {
            throw new SettingsReader.InvalidSetting(
                    "TURN_SECRET_FILE=" + file + " is not allowed beside TURN_SECRET: give the secret once");
        }
        String known = file == null ? secret : fromFile(file);
        boolean hasTurn = !turnUrls.isEmpty() && known != null;
        String policy = settings.choice(
                "CALLS",
                hasTurn ? "relay" : "off",
                "relay when TURN_URLS and TURN_SECRET are set, otherwise off",
                List.of("off", "relay", "all"),
                "video and audio calls: none; through TURN servers alone, so that nobody learns the partner's address;"
                        + " also straight from browser to browser");
        check(policy, turnUrls, known);
        if (!policy.equals("off") && maxMessageBytes < LEAST_MESSAGE_BYTES) {
            throw new SettingsReader.InvalidSetting("CALLS=" + policy + " is not allowed with MAX_MESSAGE_BYTES="
                    + maxMessageBytes + ": what browsers say to each other needs " + LEAST_MESSAGE_BYTES);
        }
        return policy.equals("off")
                ? CallOptions.OFF
                : new CallOptions(
                        CallOptions.Policy.valueOf(policy.toUpperCase(Locale.ROOT)),
                        stunUrls,
                        hasTurn ? new TurnServers(turnUrls, known) : null);
    }

    private static void check(String policy, List<String> turnUrls, String secret) {
        boolean hasUrls = !turnUrls.isEmpty();
        if (hasUrls && secret == null) {
            throw new SettingsReader.InvalidSetting("TURN_URLS=" + String.join(",", turnUrls)
                    + " is not allowed without TURN_SECRET or TURN_SECRET_FILE");
        }
        if (!hasUrls && secret != null) {
            throw new SettingsReader.InvalidSetting("TURN_SECRET=(hidden) is not allowed without TURN_URLS");
        }
        if (policy.equals("relay") && !hasUrls) {
            throw new SettingsReader.InvalidSetting(
                    "CALLS=relay is not allowed without TURN_URLS and TURN_SECRET: nothing would carry the calls");
        }
    }

    private static List<String> urls(String text, Pattern shape) {
        List<String> urls = text.isBlank() ? List.of() : List.of(text.strip().split("\\s*,\\s*"));
        boolean valid = urls.size() <= MOST_SERVERS
                && urls.stream().allMatch(each -> shape.matcher(each).matches());
        if (!valid) {
            throw new IllegalArgumentException();
        }
        return urls;
    }

    private static String checkedSecret(String text) {
        boolean valid = text.length() >= LEAST_SECRET
                && text.length() <= MOST_SECRET
                && text.chars().allMatch(each -> each > ' ' && each < 0x7F);
        if (!valid) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static String fromFile(Path file) {
        try {
            return checkedSecret(Files.readString(file).strip());
        } catch (MalformedInputException | IllegalArgumentException e) {
            throw new SettingsReader.InvalidSetting(
                    "TURN_SECRET_FILE=" + file + " is not allowed: the file has to hold " + SECRET_RULE);
        } catch (IOException e) {
            throw new SettingsReader.InvalidSetting(
                    "TURN_SECRET_FILE=" + file + " is not allowed: a file that can be read");
        }
    }
}
