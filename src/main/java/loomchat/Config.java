package loomchat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import loomchat.chat.Limits;
import loomchat.chat.v1.V1Limits;
import loomchat.log.LogOptions;
import loomchat.web.Web;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.TrustedProxies;

/**
 * Every setting of the server, read from the environment once at start. Times are in the unit that the name ends with.
 *
 * @param changed the settings that differ from their default, for the record
 */
public record Config(
        String host,
        int port,
        LogOptions log,
        boolean echoEndpoint,
        Limits limits,
        V1Limits richLimits,
        int maxConnections,
        Web.Access access,
        boolean compression,
        int requestSeconds,
        int drainSeconds,
        String loadTestAnnounce,
        int ioThreads,
        SortedMap<String, String> changed) {

    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z.:_-]{1,255}");
    private static final Pattern ORIGINS =
            Pattern.compile("|\\*|https?://[^/,\\s]+( *, *https?://[^/,\\s]+)*", Pattern.CASE_INSENSITIVE);

    private static final Pattern HOSTS = Pattern.compile("|\\*|[0-9A-Za-z._-]+( *, *[0-9A-Za-z._-]+)*");

    /** Descriptors that connections may not use: libraries, logs, HTTP requests, some to spare. */
    static final int FILES_FOR_OTHERS = 1000;

    /** The budget for incomplete messages is at least so many: one that grows takes nearly two, a quarter is kept for small ones. */
    private static final int LARGEST_MESSAGES_AT_ONCE = 4;

    private static final int OPEN_FILES = openFilesLimit();
    private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}]{1,4096}");

    /** Reads the settings; an {@link Settings.InvalidSetting} names the first that cannot be used. */
    static Config from(Map<String, String> environment) {
        return read(new Settings(environment));
    }

    /** Every setting there is. */
    static List<Settings.Setting> settings() {
        Settings settings = new Settings(Map.of());
        read(settings);
        return settings.asked();
    }

    /** The settings as {@code --help} lists them, a line each. */
    static String help() {
        StringBuilder lines = new StringBuilder();
        for (Settings.Setting each : settings()) {
            lines.append("  %-28s %-10s %s (%s)%n"
                    .formatted(each.name(), each.defaultValue(), each.meaning(), each.allowed()));
        }
        return lines.toString();
    }

    private static LogOptions log(Settings settings) {
        return new LogOptions(
                Path.of(settings.text(
                        "LOG_DIR", "logs", "a folder that can be written", PATH, "folder of the log files")),
                settings.integer(
                        "LOG_SYNC_MILLIS",
                        LogOptions.DEFAULT_SYNC_MILLIS,
                        0,
                        60_000,
                        "milliseconds",
                        "how often log lines are forced to the device, 0 after each batch"),
                settings.bytes(
                        "LOG_SEGMENT_BYTES",
                        LogOptions.DEFAULT_SEGMENT_BYTES,
                        LogOptions.LEAST_SEGMENT_BYTES,
                        1L << 40,
                        "size from which a log file is sealed and a new one begun"),
                settings.bytesOr(
                        "LOG_RETAIN_BYTES",
                        "auto",
                        LogOptions.FOLLOW_DISK,
                        0,
                        1L << 60,
                        "size of all log files from which the oldest sealed ones are removed, 0 keeps all, "
                                + "auto removes them while the disk is more than 90 % full"),
                LogOptions.DEFAULT_QUEUE_EVENTS);
    }

    private static Config read(Settings settings) {
        return new Config(
                settings.text(
                        "HOST", "0.0.0.0", "a host name or an address of this machine", HOST, "address to listen on"),
                settings.integer("PORT", 3000, 0, 65535, "", "port to listen on, 0 for any free one"),
                log(settings),
                settings.flag("ECHO_ENDPOINT", false, "also serve /echo, which returns every message"),
                limits(settings),
                richLimits(settings),
                settings.integer(
                        "MAX_CONNECTIONS",
                        defaultConnections(),
                        1,
                        Math.max(1, OPEN_FILES - FILES_FOR_OTHERS),
                        "",
                        "most WebSocket connections at once; what comes above gets a 503"),
                access(settings),
                settings.flag("COMPRESSION", false, "offer permessage-deflate, for messages of 128 bytes to 64 KiB"),
                settings.integer(
                        "REQUEST_SECONDS",
                        30,
                        1,
                        3600,
                        "seconds",
                        "an HTTP connection that is answered nothing for so long is closed"),
                settings.integer(
                        "DRAIN_SECONDS", 5, 0, 3600, "seconds", "over which clients are sent away at the stop"),
                settings.choice(
                        "LOAD_TEST_ANNOUNCE",
                        "local",
                        new LinkedHashSet<>(List.of("local", "any", "off")),
                        text -> text,
                        "who may tell the report that a load test runs: this machine, anybody, nobody"),
                settings.integer(
                        "IO_THREADS",
                        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                        1,
                        256,
                        "",
                        "threads that carry connections; the default is half the cores"),
                settings.changed());
    }

    private static Limits limits(Settings settings) {
        int maxMessageBytes = (int) settings.bytes(
                "MAX_MESSAGE_BYTES", 1 << 20, 125, 256 << 20, "largest message of a client, over all its fragments");
        long leastForIncomplete = LARGEST_MESSAGES_AT_ONCE * (long) maxMessageBytes;
        return new Limits(
                maxMessageBytes,
                settings.bytes(
                        "INCOMPLETE_MESSAGE_BYTES",
                        Math.max(Runtime.getRuntime().maxMemory() / 8, leastForIncomplete),
                        leastForIncomplete,
                        1L << 40,
                        "memory for messages that are not complete or cannot be handed over; the default is an eighth of the heap"),
                settings.whole(
                        "MAX_MESSAGES_PER_SECOND",
                        20_000,
                        1,
                        10_000_000,
                        "messages",
                        "a client that sends faster is read more slowly"),
                settings.bytes(
                        "MAX_BYTES_PER_SECOND",
                        64 << 20,
                        1024,
                        1L << 40,
                        "a client that sends faster is read more slowly"),
                settings.duration(
                        "FLOOD_TIMEOUT",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        "a client that stays above its rate for so long is closed"),
                settings.duration(
                        "PING_INTERVAL",
                        Duration.ofSeconds(25),
                        Duration.ofMillis(100),
                        Duration.ofHours(24),
                        "a client that sent nothing for so long is pinged"),
                settings.duration(
                        "PONG_TIMEOUT",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        "a client that does not answer a ping for so long is gone"),
                settings.duration(
                        "MESSAGE_TIMEOUT",
                        Duration.ofSeconds(30),
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        "a message must be complete so long after it began"),
                settings.duration(
                        "SEND_TIMEOUT",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        "a client that does not take what is sent to it for so long is closed"));
    }

    private static V1Limits richLimits(Settings settings) {
        return new V1Limits(
                (int) settings.bytes(
                        "MAX_TEXT_BYTES", 64 << 10, 1, 16 << 20, "largest text of a message in the protocol chat.v1"),
                settings.integer(
                        "CHAT_MESSAGES_PER_SECOND",
                        20,
                        0,
                        10_000,
                        "messages",
                        "a chat.v1 client that goes on sending faster is warned, refused and then closed, 0 for no limit"),
                settings.integer(
                        "RESUME_SECONDS",
                        15,
                        0,
                        3600,
                        "seconds",
                        "for which a chat.v1 chat is kept when a connection breaks, 0 ends it at once"),
                settings.integer(
                        "INTEREST_SECONDS",
                        5,
                        0,
                        3600,
                        "seconds",
                        "for which a stranger who shares an interest is preferred"));
    }

    private static Web.Access access(Settings settings) {
        AddressLimits.Rules perAddress = perAddress(settings);
        return new Web.Access(
                list(settings.text(
                        "ALLOWED_ORIGINS",
                        "",
                        "origins such as https://chat.example separated by commas, or *",
                        ORIGINS,
                        "whose pages may connect, beside the server's own")),
                list(settings.text(
                        "ALLOWED_HOSTS",
                        "",
                        "host names without port separated by commas, or *",
                        HOSTS,
                        "names that the server answers to, beside addresses, localhost, HOST and this machine's name")),
                settings.parsed(
                        "TRUSTED_PROXIES",
                        "loopback",
                        "addresses or networks such as 10.0.0.0/8 separated by commas, or loopback",
                        TrustedProxies::new,
                        "proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"),
                perAddress);
    }

    private static AddressLimits.Rules perAddress(Settings settings) {
        return new AddressLimits.Rules(
                settings.integer(
                        "MAX_CONNECTIONS_PER_ADDRESS",
                        2_000,
                        0,
                        1_000_000,
                        "",
                        "most connections of one address, or of one IPv6 /64, 0 for no limit"),
                settings.integer(
                        "MAX_HANDSHAKES_PER_SECOND",
                        100,
                        0,
                        1_000_000,
                        "",
                        "WebSockets that one address may open a second, ten seconds' worth at once, 0 for no limit"),
                settings.integer(
                        "MAX_REPORTS_PER_SECOND",
                        20,
                        0,
                        1_000_000,
                        "",
                        "times a second that one address may ask for the report, ten seconds' worth at once, 0 for no limit"),
                settings.integer(
                        "MAX_LOG_FOLLOWERS_PER_ADDRESS",
                        20,
                        0,
                        100,
                        "",
                        "readers of the live log at one address, 0 for no limit"),
                settings.flag(
                        "LIMIT_LOOPBACK", false, "whether limits per address also count addresses of this machine"));
    }

    private static Set<String> list(String commaSeparated) {
        return commaSeparated.isEmpty()
                ? Set.of()
                : Set.copyOf(List.of(commaSeparated.toLowerCase(Locale.ROOT).split(" *, *")));
    }

    private static int defaultConnections() {
        return Math.max(1, OPEN_FILES - FILES_FOR_OTHERS);
    }

    /** The process's limit of open files, or a million where the system does not tell. */
    private static int openFilesLimit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (int) Math.min(1_000_000, unix.getMaxFileDescriptorCount())
                : 1_000_000;
    }
}
