package loomchat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.ToIntFunction;
import loomchat.identity.bans.BanCommands;
import loomchat.identity.keys.KeysCommand;
import loomchat.identity.operators.OperatorTokenCommand;
import loomchat.loadtest.command.StressCommand;
import loomchat.log.LogArchiver;
import loomchat.log.LogUnavailable;
import loomchat.output.ProcessLog;
import loomchat.report.ReportCommand;
import sun.misc.Signal;

/** The commands of the one jar: {@code serve} (default), and those that {@code --help} lists. */
public final class Main {
    private static final int WRONG_USAGE = 2;
    private static final String USAGE = """
            Loomchat %s

              loomchat [serve]   serve the chat, its report and its live log
              loomchat stress    play users against a server; see stress --help
              loomchat report    print the report in the terminal; see report --help
              loomchat health    ask the server on this machine whether it takes visitors; see health --help
              loomchat reset     archive the log files of a stopped server
              loomchat keys      list or rotate the keys that sign tokens; see keys --help
              loomchat ban, unban, bans   keep visitors out; see ban --help
              loomchat operator-token     make a token for an operator; see operator-token --help

            Exit codes of serve: 0 stopped in order, 1 log lines could not be written, 2 wrong usage or settings,
            %d a part of the server failed (no memory, a fault): one line on the standard error says which.

            Settings are environment variables:

            %s""";

    private Main() {}

    public static void main(String[] args) {
        String command = args.length == 0 ? "serve" : args[0];
        if (command.equals("health")) {
            // Before anything else is loaded: it is asked every few seconds.
            System.exit(HealthCommand.run(List.of(rest(args)), System.getenv(), System.out, System.err));
        }
        ProcessLog.of(System.getenv()).install();
        System.exit(
                switch (command) {
                    case "serve" -> args.length > 1 && isHelp(args[1]) ? help() : serve(System.getenv());
                    case "reset" -> reset(System.getenv());
                    case "keys" -> keys(rest(args), System.getenv());
                    case "report" -> ReportCommand.run(rest(args), System.getenv(), System.out, System.err);
                    case "stress" -> StressCommand.run(rest(args), System.getenv(), System.out, System.err);
                    case "ban", "unban", "bans" -> bans(command, rest(args));
                    case "operator-token" -> operatorToken(rest(args));
                    case "--help", "-h", "help" -> help();
                    default -> unknown(command);
                });
    }

    private static String[] rest(String[] args) {
        return Arrays.copyOfRange(args, 1, args.length);
    }

    private static boolean isHelp(String argument) {
        return argument.equals("--help") || argument.equals("-h");
    }

    private static int help() {
        System.out.printf(USAGE, Loomchat.version(), FatalErrorHandler.EXIT_CODE, Settings.help());
        return 0;
    }

    private static int unknown(String command) {
        System.err.println("Unknown command " + command
                + ": use serve, stress, report, health, reset, keys, ban, unban, bans or operator-token (see --help)");
        return WRONG_USAGE;
    }

    private static int bans(String command, String[] args) {
        return withSettings(
                config -> BanCommands.run(command, List.of(args), config.stateDir(), System.out, System.err));
    }

    private static int operatorToken(String[] args) {
        return withSettings(
                config -> OperatorTokenCommand.run(List.of(args), config.operatorTokens(), System.out, System.err));
    }

    private static int withSettings(ToIntFunction<IdentitySettings> command) {
        try {
            return command.applyAsInt(Settings.from(System.getenv()).identity());
        } catch (SettingsReader.InvalidSetting e) {
            System.err.println(e.getMessage());
            return WRONG_USAGE;
        }
    }

    private static int reset(Map<String, String> environment) {
        try {
            System.out.println(
                    LogArchiver.archive(Settings.from(environment).log().dir()));
            return 0;
        } catch (SettingsReader.InvalidSetting | LogUnavailable e) {
            System.err.println(e.getMessage());
            return WRONG_USAGE;
        }
    }

    private static int keys(String[] arguments, Map<String, String> environment) {
        try {
            IdentitySettings settings = Settings.from(environment).identity();
            Duration overlap = settings.refreshLifetime().plus(settings.accessLifetime());
            return KeysCommand.run(List.of(arguments), settings.keysFileOrOwn(), overlap, System.out, System.err);
        } catch (SettingsReader.InvalidSetting e) {
            System.err.println(e.getMessage());
            return WRONG_USAGE;
        }
    }

    /** Serves until a signal arrives. A second signal ends the program at once. */
    private static int serve(Map<String, String> environment) {
        ProcessLog log = ProcessLog.of(environment);
        ArrayBlockingQueue<String> signals = new ArrayBlockingQueue<>(2);
        for (String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), signal -> {
                if (!signals.offer("SIG" + signal.getName()) || signals.size() > 1) {
                    Runtime.getRuntime().halt(128 + signal.getNumber());
                }
            });
        }
        try {
            Runtime runtime = Runtime.getRuntime();
            Loomchat server = Loomchat.start(environment, () -> runtime.halt(FatalErrorHandler.EXIT_CODE));
            log.say(
                    System.out,
                    "INFO",
                    "Loomchat listens on http://" + shown(server.host()) + ":" + server.port() + "/");
            String signal = signals.take();
            signals.add(signal);
            boolean written = server.stop(signal);
            return server.failure() != null ? FatalErrorHandler.EXIT_CODE : written ? 0 : 1;
        } catch (Loomchat.CannotStart e) {
            log.say(System.err, "SEVERE", e.getMessage());
            return WRONG_USAGE;
        } catch (InterruptedException e) {
            return 1;
        }
    }

    /** An address that a browser on this machine can open. */
    private static String shown(String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host.contains(":") ? "[" + host + "]" : host;
    }
}
