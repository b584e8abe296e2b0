package loomchat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import loomchat.chat.Limits;
import loomchat.chat.call.CallOptions;
import loomchat.chat.v1.V1Limits;
import loomchat.cluster.redis.RedisUrl;
import loomchat.log.LogOptions;
import loomchat.output.ProcessLog;
import loomchat.report.history.NodeFolders;
import loomchat.web.WebServer;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.TrustedProxies;

/**
 * Every setting of the server, read from the environment once at the start. Long, because each setting has its call
 * here.
 *
 * @param changed the settings that differ from their default, for the log
 * @param notices lines for the operator: settings that work in this version only, or do not fit this machine
 */
public record Settings(
        String host,
        int port,
        MetricsAt metrics,
        ProcessLog processLog,
        LogOptions log,
        NodeFolders reportFolders,
        RedisUrl redis,
        boolean echoEndpoint,
        Limits limits,
        V1Limits v1Limits,
        CallOptions calls,
        int maxConnections,
        WebServer.Access access,
        IdentitySettings identity,
        boolean compression,
        Duration requestTimeout,
        int drainSeconds,
        String loadTestAnnounce,
        int ioThreads,
        SortedMap<String, String> changed,
        List<String> notices) {

    /**
     * Where the metrics have a port of their own.
     *
     * @param port -1 for none
     */
    public record MetricsAt(String host, int port) {}

    private static final String OFF = "off";
    private static final Pattern HOST_OR_NONE = Pattern.compile("[0-9A-Za-z.:_-]{0,255}");
    private static final int MOST_PORT = 65535;
    private static final Pattern ORIGINS =
            Pattern.compile("|\\*|https?://[^/,\\s]+( *, *https?://[^/,\\s]+)*", Pattern.CASE_INSENSITIVE);

    private static final Pattern HOSTS = Pattern.compile("|\\*|[0-9A-Za-z._-]+( *, *[0-9A-Za-z._-]+)*");

    /** File descriptors that WebSockets may not use: for libraries, logs and HTTP requests, and some to spare. */
    static final int FILES_FOR_OTHERS = 1000;

    /**
     * The least budget for incomplete messages. While the pieces of one are joined it takes up to four times its size,
     * because both sides of the copy are whole arrays of a pool, and one address gets half of the budget.
     */
    private static final int LARGEST_MESSAGES_AT_ONCE = 8;

    private static final int OPEN_FILES = openFilesLimit();

    /**
     * Reads the settings, and tells the operator about those that work in this version only or do not fit this machine,
     * a line for each. An {@link SettingsReader.InvalidSetting} names the first that is not allowed.
     */
    static Settings from(Map<String, String> environment) {
        return from(environment, MemoryCapacity.here());
    }

    static Settings from(Map<String, String> environment, MemoryCapacity memory) {
        Settings config = read(new SettingsReader(environment), memory);
        config.notices.forEach(line -> System.getLogger("loomchat").log(System.Logger.Level.WARNING, line));
        return config;
    }

    /** Every setting there is. */
    static List<SettingsReader.Setting> settings() {
        SettingsReader settings = new SettingsReader(Map.of());
        read(settings, MemoryCapacity.here());
        return settings.asked();
    }

    /** The settings as {@code --help} lists them. */
    static String help() {
        StringBuilder lines = new StringBuilder();
        String group = "";
        for (SettingsReader.Setting each : settings()) {
            if (!each.group().equals(group)) {
                lines.append("%s%s%n".formatted(lines.isEmpty() ? "" : System.lineSeparator(), each.group()));
                group = each.group();
            }
            String rule = each.rule() == null ? "" : "; default: " + each.rule();
            lines.append("  %s=%s%n      %s%n      (%s%s)%n"
                    .formatted(each.name(), each.defaultValue(), each.meaning(), each.allowed(), rule));
        }
        return lines.toString();
    }

    private static Settings read(SettingsReader settings, MemoryCapacity memory) {
        settings.group("Server");
        ListenAddress address = ListenAddress.read(settings);
        MetricsAt metrics = metrics(settings, address);
        int ioThreads = settings.integer(
                "IO_THREADS",
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                "half the cores",
                1,
                256,
                SettingsReader.range(1, 256),
                "threads that carry connections");
        boolean compression =
                settings.flag("COMPRESSION", false, "offer permessage-deflate for messages of 128 bytes to 64 KiB");
        Duration requestTimeout = settings.duration(
                "REQUEST_TIMEOUT", "30s", "1s", "1h", "an HTTP connection that got no answer for this long is closed");
        int drainSeconds = settings.seconds(
                "DRAIN_TIMEOUT", "5s", "0s", "1h", "a server that stops sends its clients away over this time");
        boolean echo = settings.flag("ECHO_ENDPOINT", false, "also serve /echo, which returns every message");
        String loadTestAnnounce = settings.choice(
                "LOAD_TEST_ANNOUNCE",
                List.of("local", "any", "off"),
                "who may announce a load test to the report: operators, anybody, nobody");
        ProcessLog processLog = ProcessLog.named(settings.choice(
                ProcessLog.SETTING,
                ProcessLog.words(),
                "how the process's own lines look on its output, not the record"));
        LogOptions log = log(settings);
        NodeFolders reportFolders = settings.parsed(
                "REPORT_DIRS",
                "",
                "folders that exist separated by commas, each once and not LOG_DIR, at most " + (NodeFolders.MOST - 1),
                text -> NodeFolders.of(log.dir(), text),
                "log folders of other servers, whose history the report shows too");
        settings.group("Several servers");
        RedisUrl redis = settings.secret(
                "REDIS_URL",
                "redis://[user:password@]host[:port][/database], the same with rediss: for TLS, with +sentinel: and"
                        + " /master behind the hosts, or with +cluster:",
                RedisUrl::of,
                RedisUrl::withoutLogin,
                "the Redis that makes all servers which name it one crowd; none: this server is one of its own");
        Limits limits = limits(settings);
        settings.group("Clients that speak chat.v1");
        var v1Limits = v1Limits(settings);
        var calls = CallSettings.read(settings, limits.maxMessageBytes());
        settings.group("Who may connect");
        int maxConnections = maxConnections(settings, memory);
        WebServer.Access access = access(settings);
        IdentitySettings identity = IdentitySettings.read(settings, log.dir(), maxConnections);
        settings.noticeMisspelt();
        return new Settings(
                address.host(),
                address.port(),
                metrics,
                processLog,
                log,
                reportFolders,
                redis,
                echo,
                limits,
                v1Limits,
                calls,
                maxConnections,
                access,
                identity,
                compression,
                requestTimeout,
                drainSeconds,
                loadTestAnnounce,
                ioThreads,
                settings.changed(),
                settings.notices());
    }

    private static MetricsAt metrics(SettingsReader settings, ListenAddress address) {
        int port = settings.parsed(
                "METRICS_PORT",
                OFF,
                "off, or a whole number from 0 to 65535 other than PORT",
                text -> text.equals(OFF) ? -1 : port(text, address.port()),
                "port that serves /metrics to everybody who reaches it, for an inner network; /metrics on PORT is for"
                        + " operators");
        String own = settings.text(
                "METRICS_HOST",
                "",
                "a host name or an address of this machine",
                HOST_OR_NONE,
                "address of METRICS_PORT");
        return new MetricsAt(own.isEmpty() ? address.host() : own, port);
    }

    private static int port(String text, int taken) {
        int port = Integer.parseInt(text);
        if (port < 0 || port > MOST_PORT || port != 0 && port == taken) {
            throw new IllegalArgumentException(text);
        }
        return port;
    }

    private static LogOptions log(SettingsReader settings) {
        settings.group("Log files");
        return new LogOptions(
                Path.of(settings.text(
                        "LOG_DIR",
                        "logs",
                        "a folder that can be written",
                        SettingsReader.PATH,
                        "folder of the log files")),
                (int) settings.duration(
                                "LOG_SYNC_INTERVAL",
                                LogOptions.DEFAULT_SYNC_MILLIS + "ms",
                                "0s",
                                "1m",
                                "how often log lines are forced to the device; 0s: after each batch")
                        .toMillis(),
                settings.bytes(
                        "LOG_SEGMENT_BYTES",
                        LogOptions.DEFAULT_SEGMENT_BYTES,
                        LogOptions.LEAST_SEGMENT_BYTES,
                        1L << 40,
                        "a log file of this size is sealed and a new one begun"),
                settings.bytesOr(
                        "LOG_RETAIN_BYTES",
                        "auto",
                        LogOptions.FOLLOW_DISK,
                        0,
                        1L << 60,
                        "size of all log files above which the oldest sealed ones are removed; 0 keeps all, "
                                + "auto removes them while the disk is more than 90 % full"),
                LogOptions.DEFAULT_QUEUE_EVENTS,
                settings.choice(
                                "LOG_COMPRESS",
                                List.of("off", "zstd"),
                                "whether sealed log files are compressed: they then take a tenth of the room, and"
                                        + " zstdcat reads them")
                        .equals("zstd"));
    }

    private static Limits limits(SettingsReader settings) {
        settings.group("Every WebSocket connection");
        int maxMessageBytes = (int) settings.bytes(
                "MAX_MESSAGE_BYTES", 1 << 20, 125, 256 << 20, "largest message of a client, over all its fragments");
        long leastForIncomplete = LARGEST_MESSAGES_AT_ONCE * (long) maxMessageBytes;
        return new Limits(
                maxMessageBytes,
                settings.bytes(
                        "INCOMPLETE_MESSAGE_BYTES",
                        Math.max(Runtime.getRuntime().maxMemory() / 8, leastForIncomplete),
                        "an eighth of the heap, or more where the range demands it",
                        leastForIncomplete,
                        1L << 40,
                        SettingsReader.sizes(
                                LARGEST_MESSAGES_AT_ONCE + " times MAX_MESSAGE_BYTES", leastForIncomplete, 1L << 40),
                        "memory for messages of all clients that are not complete or not handed over yet"),
                settings.integer(
                        "MAX_MESSAGES_PER_SECOND",
                        20_000,
                        1,
                        10_000_000,
                        "a client that sends more messages is read more slowly"),
                settings.bytes(
                        "MAX_BYTES_PER_SECOND",
                        64 << 20,
                        1024,
                        1L << 40,
                        "a client that sends more bytes is read more slowly"),
                settings.duration(
                        "FLOOD_TIMEOUT",
                        "10s",
                        "100ms",
                        "1h",
                        "a client that stays above its rate for this long is closed"),
                settings.duration(
                        "PING_INTERVAL", "25s", "100ms", "24h", "a client that sent nothing for this long is pinged"),
                settings.duration(
                        "PONG_TIMEOUT",
                        "10s",
                        "100ms",
                        "1h",
                        "a client that does not answer a ping within this time is cut"),
                settings.duration(
                        "MESSAGE_TIMEOUT",
                        "30s",
                        "100ms",
                        "1h",
                        "a message must be complete within this time of its first byte"),
                settings.duration(
                        "SEND_TIMEOUT",
                        "10s",
                        "100ms",
                        "1h",
                        "a client that does not take what is sent to it for this long is cut"));
    }

    private static V1Limits v1Limits(SettingsReader settings) {
        return new V1Limits(
                (int) settings.bytes(
                        "MAX_TEXT_BYTES", 64 << 10, 1, 16 << 20, "largest text of a message in the protocol chat.v1"),
                settings.integer(
                        "CHAT_MESSAGES_PER_SECOND",
                        20,
                        0,
                        10_000,
                        "a client that goes on sending faster is warned, refused and then closed; 0: no limit"),
                settings.seconds(
                        "RESUME_TIMEOUT",
                        "15s",
                        "0s",
                        "1h",
                        "a chat whose connection broke is kept for this long; 0s ends it at once"),
                settings.seconds(
                        "INTEREST_TIMEOUT",
                        "5s",
                        "0s",
                        "1h",
                        "a stranger who shares an interest is preferred for this long"));
    }

    private static int maxConnections(SettingsReader settings, MemoryCapacity memory) {
        int most = Math.max(1, OPEN_FILES - FILES_FOR_OTHERS);
        String rule = "the open files allowed (ulimit -n) less " + FILES_FOR_OTHERS;
        int set = settings.integer(
                "MAX_CONNECTIONS",
                Math.min(most, memory.connections()),
                rule + ", or fewer if the memory is for fewer",
                1,
                most,
                "a whole number from 1 to " + rule,
                "most WebSocket connections at once; more get a 503");
        settings.notice(memory.warning(set));
        return set;
    }

    private static WebServer.Access access(SettingsReader settings) {
        return new WebServer.Access(
                list(settings.text(
                        "ALLOWED_ORIGINS",
                        "",
                        "origins such as https://chat.example separated by commas, or *",
                        ORIGINS,
                        "pages of these origins may connect too, beside the server's own")),
                list(settings.text(
                        "ALLOWED_HOSTS",
                        "",
                        "host names without port separated by commas, or *",
                        HOSTS,
                        "the server also answers to these names, beside addresses, localhost, HOST and its own name")),
                settings.parsed(
                        "TRUSTED_PROXIES",
                        "loopback",
                        "addresses or networks such as 10.0.0.0/8 separated by commas, or loopback",
                        TrustedProxies::new,
                        "X-Forwarded-For and X-Forwarded-Proto of these proxies are believed"),
                perAddress(settings));
    }

    private static AddressLimits.Rules perAddress(SettingsReader settings) {
        return new AddressLimits.Rules(
                settings.integer(
                        "MAX_CONNECTIONS_PER_ADDRESS",
                        2_000,
                        0,
                        1_000_000,
                        "most connections of one address, or of one IPv6 /64; 0: no limit"),
                settings.integer(
                        "MAX_HANDSHAKES_PER_SECOND",
                        100,
                        0,
                        1_000_000,
                        "WebSocket handshakes of one address a second, ten seconds' worth at once; 0: no limit"),
                settings.integer(
                        "MAX_REPORTS_PER_SECOND",
                        20,
                        0,
                        1_000_000,
                        "requests of one address for the report a second, ten seconds' worth at once; 0: no limit"),
                settings.integer(
                        "MAX_LOG_FOLLOWERS_PER_ADDRESS",
                        20,
                        0,
                        100,
                        "readers of the live log at one address; 0: no limit"),
                settings.integer(
                        "MAX_SESSIONS_PER_MINUTE",
                        10,
                        0,
                        100_000,
                        "new identities of one address a minute, as many at once; 0: no limit"),
                settings.flag("LIMIT_LOOPBACK", false, "limits per address also count addresses of this machine"));
    }

    private static Set<String> list(String commaSeparated) {
        return commaSeparated.isEmpty()
                ? Set.of()
                : Set.copyOf(List.of(commaSeparated.toLowerCase(Locale.ROOT).split(" *, *")));
    }

    /** The process's limit of open files, or a million where the system does not say. */
    private static int openFilesLimit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (int) Math.min(1_000_000, unix.getMaxFileDescriptorCount())
                : 1_000_000;
    }
}
