package loomchat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import loomchat.chat.visitor.VisitorLimits;
import loomchat.identity.AuthMode;
import loomchat.identity.operators.OperatorLogins;
import loomchat.identity.work.GuestWork;

/**
 * The settings about who a visitor is, as part of {@link Settings}.
 *
 * @param stateDir folder of what outlives a restart, beside the log
 * @param keysFile null for one of the server's own in {@code stateDir}
 * @param issuersFile null when no other issuer is trusted
 * @param operatorTokens the file of the operators' tokens
 * @param reportPublic whether everybody may see the report
 * @param mostIdentities kept at once
 * @param mostGuests connected at once
 * @param suspension how long an identity is kept out that several have reported
 */
public record IdentitySettings(
        AuthMode auth,
        Path stateDir,
        Path keysFile,
        Path issuersFile,
        Duration accessLifetime,
        Duration refreshLifetime,
        Path operatorTokens,
        boolean reportPublic,
        int mostIdentities,
        int mostGuests,
        VisitorLimits visitors,
        Duration suspension,
        GuestWork.Rules guestWork) {
    private static final int BYTES_OF_AN_IDENTITY = 400;

    /** A sixteenth of the heap, so that identities never crowd out chats. */
    private static final int FITTING_IDENTITIES =
            (int) Math.clamp(Runtime.getRuntime().maxMemory() / 16 / BYTES_OF_AN_IDENTITY, 10_000, 1_000_000);

    /** The file with the keys, wherever it is. */
    Path keysFileOrOwn() {
        return keysFile == null ? stateDir.resolve("keys.json") : keysFile;
    }

    /** The longest that anything is good which a key has signed. */
    Duration longestSigned() {
        Duration ofVisitors = refreshLifetime.plus(accessLifetime);
        return ofVisitors.compareTo(OperatorLogins.LENGTH) > 0 ? ofVisitors : OperatorLogins.LENGTH;
    }

    static IdentitySettings read(SettingsReader settings, Path logDir, int maxConnections) {
        settings.group("Identity");
        String auth = settings.choice(
                "AUTH",
                List.of("optional", "off", "required"),
                "visitors with a token are known and others are guests; nobody is known; nobody comes in without one");
        Path stateDir = settings.path(
                "STATE_DIR",
                logDir.resolve("state"),
                "the folder state in LOG_DIR",
                "a folder that can be written",
                "folder of what outlives a restart: keys, identities, bans, operators' tokens");
        Path keysFile = settings.path(
                "AUTH_KEYS_FILE",
                null,
                "the file keys.json in STATE_DIR",
                "a file that can be read",
                "keys that sign tokens; several servers share one");
        return new IdentitySettings(
                AuthMode.valueOf(auth.toUpperCase(Locale.ROOT)),
                stateDir,
                keysFile,
                settings.path(
                        "AUTH_ISSUERS_FILE",
                        null,
                        "none",
                        "a file that can be read",
                        "lists other issuers whose tokens are taken"),
                settings.duration("ACCESS_TOKEN_LIFETIME", "5m", "10s", "1h", "an access token is good for this long"),
                settings.duration(
                        "REFRESH_LIFETIME",
                        "720h",
                        "1h",
                        "8760h",
                        "an identity ends when it was not refreshed for this long"),
                settings.path(
                        "OPERATOR_TOKENS_FILE",
                        stateDir.resolve("operator-tokens"),
                        "the file operator-tokens in STATE_DIR",
                        "a file that can be read",
                        "names and hashes of the operators' tokens, as the command operator-token writes them"),
                settings.flag(
                        "REPORT_PUBLIC", false, "everybody may see the report, not only operators; never the log"),
                settings.integer(
                        "MAX_IDENTITIES",
                        FITTING_IDENTITIES,
                        "a sixteenth of the heap",
                        1,
                        10_000_000,
                        SettingsReader.range(1, 10_000_000),
                        "identities kept at once; when there are more, newcomers are guests"),
                settings.integer(
                        "MAX_GUESTS",
                        maxConnections,
                        "MAX_CONNECTIONS",
                        0,
                        maxConnections,
                        "a whole number from 0 to MAX_CONNECTIONS",
                        "most guests connected at once; more get a 503"),
                visitors(settings),
                settings.duration("SUSPEND_TIME", "1h", "1m", "720h", "a suspended identity may come back after this"),
                guestWork(settings));
    }

    private static VisitorLimits visitors(SettingsReader settings) {
        return new VisitorLimits(
                settings.integer(
                        "MAX_MESSAGES_PER_SECOND_PER_ADDRESS",
                        40_000,
                        0,
                        10_000_000,
                        "above this, all connections of an address are read more slowly; 0: no limit"),
                settings.integer(
                        "MAX_MESSAGES_PER_SECOND_PER_IDENTITY",
                        20_000,
                        0,
                        10_000_000,
                        "above this, all connections of an identity are read more slowly; 0: no limit"),
                settings.integer(
                        "MAX_CONNECTIONS_PER_IDENTITY",
                        50,
                        0,
                        100_000,
                        "connections of one identity, such as tabs of one browser; more get a 429; 0: no limit"),
                settings.integer(
                        "MAX_REPORTS_PER_HOUR",
                        30,
                        0,
                        1_000_000,
                        "how often one identity, or all at one address, may report partners; 0: no limit"),
                settings.integer(
                        "GUEST_MESSAGES_PER_SECOND",
                        20_000,
                        1,
                        10_000_000,
                        "as MAX_MESSAGES_PER_SECOND, for guests, where it is less"),
                settings.bytes(
                        "GUEST_BYTES_PER_SECOND",
                        64 << 20,
                        1024,
                        1L << 40,
                        "as MAX_BYTES_PER_SECOND, for guests, where it is less"),
                settings.integer(
                        "REPORTS_TO_SUSPEND",
                        5,
                        0,
                        60,
                        "an identity that so many others report within an hour is suspended; 0: never"));
    }

    private static GuestWork.Rules guestWork(SettingsReader settings) {
        String when = settings.choice(
                "GUEST_WORK", List.of("off", "auto"), "auto: guests solve a small proof of work while many arrive");
        return new GuestWork.Rules(
                when.equals("auto"),
                settings.integer(
                        "GUEST_WORK_BITS",
                        18,
                        GuestWork.Rules.LEAST_BITS,
                        GuestWork.Rules.MOST_BITS,
                        "size of the proof of work; each bit more doubles the work"),
                settings.integer(
                        "GUEST_WORK_ABOVE",
                        200,
                        0,
                        1_000_000,
                        "guests arriving a second, over the last ten seconds, above which GUEST_WORK asks for it"));
    }
}
