package loomchat.loadtest.command;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import loomchat.loadtest.dashboard.DashboardAddress;
import loomchat.loadtest.identity.BearerToken;
import loomchat.loadtest.scenario.PlainText;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.UsageError;
import loomchat.names.EditDistance;
import loomchat.names.MisspeltVariables;

/**
 * The options of the command line and the environment; the command line wins: {@code CLIENTS=100} in the
 * environment is {@code --clients 100} or {@code CLIENTS=100} as an argument. Null where nothing is asked for.
 *
 * @param scenario name of one that comes with the program, or a path
 * @param urls of the servers under test
 * @param token that all users without an identity show, or null
 * @param operatorToken for what only operators may ask of the server, or null
 * @param dashboard where the live page listens, or null
 * @param kills whether servers are killed on purpose
 * @param failOnRegression whether a run that is worse than good ones before it has an exit code of its own
 * @param share which part of the users this process plays, from 1
 * @param shares in how many parts the users are divided
 */
record StressOptions(
        String scenario,
        List<URI> urls,
        Map<String, String> overrides,
        boolean insecure,
        Path ca,
        Path results,
        BearerToken token,
        BearerToken operatorToken,
        DashboardAddress dashboard,
        boolean kills,
        boolean failOnRegression,
        int share,
        int shares) {

    /** Every setting, in the order of the help. */
    record Setting(String name, String defaultValue, String meaning) {}

    private static final int MOST_SERVERS = 64;
    /** Of the pen, in the name of a setting. */
    private static final int MOST_SLIPS = 2;

    private static final String FAIL_ON_REGRESSION = "FAIL_ON_REGRESSION";
    /** As an argument without a value they are true. */
    private static final Set<String> FLAGS = Set.of("INSECURE", "KILLS", "DASHBOARD", FAIL_ON_REGRESSION);

    private static final Pattern BOOLEAN = Pattern.compile("(?i)true|false|yes|no|on|off|1|0");

    private static final String TOKEN = "TOKEN";
    private static final String OPERATOR_TOKEN = "OPERATOR_TOKEN";

    static final List<Setting> SETTINGS = List.of(
            new Setting("SCENARIO", "evil", "name of a scenario, or the path of a scenario file"),
            new Setting(
                    "URL",
                    "ws://localhost:3000/",
                    "target, ws:// or wss://, or several with commas between; the port is PORT where that is set"),
            new Setting("PROTOCOL", "scenario", "plain, chat.v1 or echo; echo where the path of URL ends with /echo"),
            new Setting("CLIENTS", "scenario", "most clients at the same time; every stage is scaled to it"),
            new Setting("DURATION", "scenario", "from the first connect to the last message, such as 60s or 7m"),
            new Setting("MESSAGE_BYTES", "scenario", "size of every message: 500, 10K or a range, 1K..10K"),
            new Setting("MESSAGES", "scenario", "messages that each client sends in a chat; the run ends after them"),
            new Setting("INTERVAL", "scenario", "time between a client's messages: 100ms, 1s..5s, exp 2s"),
            new Setting("RATE", "scenario", "messages a second over all clients, whatever the server does"),
            new Setting("WINDOW", "scenario", "most messages of a client in flight, 0: no limit"),
            new Setting("THRESHOLDS", "scenario", "conditions of success, separated by commas: p99 < 50ms, lost == 0"),
            new Setting("SEED", "scenario", "seed of all random choices"),
            new Setting("DRAIN", "10s", "longest wait at the end for messages in flight"),
            new Setting("CONNECT_TIMEOUT", "10s", "longest wait for TCP, TLS and the handshake together"),
            new Setting("KILLS", "false", "true: servers of a cluster are killed on purpose, which is no fault"),
            new Setting(FAIL_ON_REGRESSION, "false", "true: exit code 5 for a run that is worse than good ones before"),
            new Setting("INSECURE", "false", "true: accept any certificate of a wss:// target"),
            new Setting("CA", "", "PEM file with the certificate authority of a wss:// target"),
            new Setting("RESULTS", "loadtest/results", "folder in which each run makes its own"),
            new Setting("DASHBOARD", "false", "live page of the run: true (127.0.0.1:5665), :port or address:port"),
            new Setting(TOKEN, "", "token of all users without an identity; environment only"),
            new Setting(OPERATOR_TOKEN, "", "for /report.json and /loadtest of the server; environment only"),
            new Setting("SHARE", "1/1", "the part of the clients that this process plays: 2/4"));

    static StressOptions from(List<String> arguments, Map<String, String> environment) {
        Map<String, String> asked = new HashMap<>();
        for (Setting each : SETTINGS) {
            String value = environment.get(each.name());
            if (value != null && !value.isBlank() && !isSecret(each.name())) {
                asked.put(each.name(), value.strip());
            }
        }
        readArguments(arguments, asked);
        List<URI> urls = urls(asked.getOrDefault("URL", defaultUrl(environment)));
        if (isEcho(urls.getFirst())) {
            asked.putIfAbsent("PROTOCOL", Protocol.ECHO.toString());
        }
        int[] share = share(asked.getOrDefault("SHARE", "1/1"));
        return new StressOptions(
                asked.getOrDefault("SCENARIO", "evil"),
                urls,
                Map.copyOf(asked),
                flag("INSECURE", asked.getOrDefault("INSECURE", "false")),
                ca(asked.get("CA")),
                Path.of(asked.getOrDefault("RESULTS", "loadtest/results")),
                BearerToken.of(TOKEN, environment.get(TOKEN)),
                BearerToken.of(OPERATOR_TOKEN, environment.get(OPERATOR_TOKEN)),
                DashboardAddress.parse(asked.getOrDefault("DASHBOARD", "false")),
                flag("KILLS", asked.getOrDefault("KILLS", "false")),
                flag(FAIL_ON_REGRESSION, asked.getOrDefault(FAIL_ON_REGRESSION, "false")),
                share[0],
                share[1]);
    }

    private static String defaultUrl(Map<String, String> environment) {
        String port = environment.getOrDefault("PORT", "").strip();
        return "ws://localhost:" + (port.isEmpty() || port.equals("0") ? "3000" : port) + "/";
    }

    private static void readArguments(List<String> arguments, Map<String, String> asked) {
        String scenario = null;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("-") && !argument.contains("=")) {
                if (scenario != null) {
                    throw new UsageError("One scenario can be played at a time, and %s and %s are named"
                            .formatted(PlainText.of(scenario), PlainText.of(argument)));
                }
                scenario = argument;
                asked.put("SCENARIO", argument);
                continue;
            }
            int equals = argument.indexOf('=');
            String name = settingName(equals < 0 ? argument : argument.substring(0, equals));
            if (equals >= 0) {
                asked.put(name, argument.substring(equals + 1).strip());
            } else if (FLAGS.contains(name) && (i + 1 == arguments.size() || !isValue(name, arguments.get(i + 1)))) {
                asked.put(name, "true");
            } else if (++i < arguments.size()) {
                asked.put(name, arguments.get(i).strip());
            } else {
                throw new UsageError(argument + " needs a value");
            }
        }
    }

    /** Whether the word after a flag is its value, and not the scenario. */
    private static boolean isValue(String name, String word) {
        return BOOLEAN.matcher(word).matches() || name.equals("DASHBOARD") && DashboardAddress.is(word);
    }

    private static String settingName(String argument) {
        String name = argument.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
        if (SETTINGS.stream().noneMatch(each -> each.name().equals(name))) {
            String near = EditDistance.nearest(
                    name, SETTINGS.stream().map(Setting::name).toList(), MOST_SLIPS);
            throw new UsageError("Unknown setting " + argument + (near == null ? "" : ", is " + near + " meant?")
                    + "; stress --help lists them");
        }
        if (isSecret(name)) {
            throw new UsageError(name + " is taken from the environment only: others can see a command line");
        }
        return name;
    }

    /** A line for each variable of the environment that looks like a setting and is none. */
    static List<String> warnings(Map<String, String> environment) {
        return MisspeltVariables.warnings(
                environment.keySet(), SETTINGS.stream().map(Setting::name).toList());
    }

    private static boolean isSecret(String name) {
        return name.equals(TOKEN) || name.equals(OPERATOR_TOKEN);
    }

    private static List<URI> urls(String text) {
        List<URI> urls = Arrays.stream(text.split(",", -1))
                .map(each -> url(each.strip()))
                .toList();
        if (urls.size() > MOST_SERVERS || new HashSet<>(urls).size() < urls.size()) {
            throw UsageError.notAllowed("URL", text, "each server once, at most " + MOST_SERVERS);
        }
        if (urls.stream().map(StressOptions::isEcho).distinct().count() > 1) {
            throw UsageError.notAllowed("URL", text, "paths that all end with /echo, or none");
        }
        return urls;
    }

    private static boolean isEcho(URI url) {
        return url.getPath() != null && url.getPath().endsWith("/echo");
    }

    /** The servers as text. */
    String target() {
        return urls.stream().map(URI::toString).collect(Collectors.joining(", "));
    }

    private static URI url(String text) {
        String allowed = "ws://host[:port][/path] or wss://host[:port][/path], or several with commas between";
        try {
            URI uri = new URI(text);
            boolean known = "ws".equalsIgnoreCase(uri.getScheme()) || "wss".equalsIgnoreCase(uri.getScheme());
            if (!known
                    || uri.getHost() == null
                    || uri.getPort() == 0
                    || uri.getPort() > 65535
                    || uri.getFragment() != null) {
                throw UsageError.notAllowed("URL", text, allowed);
            }
            return uri;
        } catch (URISyntaxException e) {
            throw UsageError.notAllowed("URL", text, allowed);
        }
    }

    /** Also where no target needs it: who names a file means one. */
    private static Path ca(String path) {
        if (path != null && !Files.isReadable(Path.of(path))) {
            throw UsageError.notAllowed("CA", path, "a readable PEM file");
        }
        return path == null ? null : Path.of(path);
    }

    private static boolean flag(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw UsageError.notAllowed(name, value, "true or false");
        };
    }

    private static int[] share(String text) {
        if (text.matches("\\d{1,3}/\\d{1,3}")) {
            int slash = text.indexOf('/');
            int share = Integer.parseInt(text.substring(0, slash));
            int shares = Integer.parseInt(text.substring(slash + 1));
            if (share >= 1 && share <= shares) {
                return new int[] {share, shares};
            }
        }
        throw UsageError.notAllowed("SHARE", text, "a part and the number of parts, such as 2/4");
    }

    /** A server that knows of no other cannot be killed without a fault. */
    void check(Scenario scenario) {
        if (kills && !scenario.cluster()) {
            throw UsageError.notAllowed("KILLS", true, "with a scenario that has \"cluster\": true, such as nodes");
        }
    }

    /** Whether user {@code number} is of this process's share. */
    boolean plays(int number) {
        return number % shares == share - 1;
    }
}
