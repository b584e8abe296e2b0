package loomchat;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.ToIntFunction;
import loomchat.identity.bans.BanCommands;
import loomchat.identity.keys.KeysCommand;
import loomchat.identity.operators.OperatorTokenCommand;
import loomchat.loadtest.command.StressCommand;
import loomchat.log.LogArchiver;
import loomchat.log.LogUnavailable;
import loomchat.log.SafeText;
import loomchat.names.EditDistance;
import loomchat.output.ConsoleStream;
import loomchat.output.ProcessLog;
import loomchat.report.ReportCommand;
import sun.misc.Signal;

/** The commands of the one jar: {@code serve} (default), and those that {@code --help} lists. */
public final class Main {
    private static final int WRONG_USAGE = 2;
    /** Of what somebody typed. */
    private static final int MOST_SHOWN = 40;

    private static final List<String> COMMANDS =
            List.of("serve", "stress", "report", "health", "reset", "keys", "ban", "unban", "bans", "operator-token");
    private static final List<String> OF_STRESS = List.of("accept", "compare", "history", "merge");
    /** So many letters, a third of all, may be wrong in a command for the nearest one to be named. */
    private static final int MOST_SLIPS = 3;

    private static final String USAGE = """
            Loomchat %s

              loomchat [serve]   serve the chat, its report and its live log
              loomchat stress    play users against a server, compare runs, list them; see stress --help
              loomchat report    print the report in the terminal; see report --help
              loomchat health    ask the server on this machine whether it takes visitors; see health --help
              loomchat reset     archive the log files of a stopped server
              loomchat keys      list or rotate the keys that sign tokens; see keys --help
              loomchat ban, unban, bans   keep visitors out; see ban --help
              loomchat operator-token     make a token for an operator; see operator-token --help
              loomchat --version          print the version

            Exit codes of serve: 0 stopped in order, 1 log lines could not be written, 2 wrong usage or settings,
            %d a part of the server failed (no memory, a fault): one line on the standard error says which.
            Started by make, each of them but 0 becomes make's own 2; ./loomchat passes them on.

            Settings are environment variables:

            %s""";

    private Main() {}

    public static void main(String[] args) {
        System.setOut(ConsoleStream.of(System.out));
        System.setErr(ConsoleStream.of(System.err));
        String command = args.length == 0 ? "serve" : args[0];
        if (command.equals("health")) {
            // Before anything else is loaded: it is asked every few seconds.
            System.exit(HealthCommand.run(List.of(rest(args)), System.getenv(), System.out, System.err));
        }
        ProcessLog.of(System.getenv()).install();
        System.exit(
                switch (command) {
                    case "serve" ->
                        isAlone(args)
                                ? serve(System.getenv())
                                : without(
                                        args[1],
                                        "serve takes no arguments: settings are environment variables, as in"
                                                + " PORT=8080 loomchat serve (see --help)");
                    case "reset" ->
                        isAlone(args)
                                ? reset(System.getenv())
                                : without(
                                        args[1],
                                        "reset takes no arguments: it archives the log files in LOG_DIR of a"
                                                + " stopped server");
                    case "keys" -> keys(rest(args), System.getenv());
                    case "report" -> report(rest(args));
                    case "stress" -> StressCommand.run(rest(args), System.getenv(), System.out, System.err);
                    case "ban", "unban", "bans" -> bans(command, rest(args));
                    case "operator-token" -> operatorToken(rest(args));
                    case "--help", "-h", "help" -> help();
                    case "--version", "-V", "version" -> version();
                    default -> unknown(command);
                });
    }

    private static String[] rest(String[] args) {
        return Arrays.copyOfRange(args, 1, args.length);
    }

    private static boolean isAlone(String[] args) {
        return args.length < 2;
    }

    /** For commands without arguments. */
    private static int without(String argument, String usage) {
        if (argument.equals("--help") || argument.equals("-h")) {
            return usage.startsWith("serve") ? help() : line(System.out, usage, 0);
        }
        return line(System.err, usage, WRONG_USAGE);
    }

    private static int line(PrintStream to, String text, int exitCode) {
        to.println(text);
        return exitCode;
    }

    private static int version() {
        return line(System.out, "Loomchat " + Loomchat.version() + ", Java " + Runtime.version(), 0);
    }

    private static int help() {
        System.out.printf(USAGE, Loomchat.version(), FatalErrorHandler.EXIT_CODE, Settings.help());
        return 0;
    }

    private static int unknown(String command) {
        String shown = SafeText.of(command.length() > MOST_SHOWN ? command.substring(0, MOST_SHOWN) + "…" : command);
        String near = OF_STRESS.contains(command)
                ? "stress " + command
                : EditDistance.nearest(
                        command.toLowerCase(Locale.ROOT), COMMANDS, Math.clamp(command.length() / 3, 1, MOST_SLIPS));
        String help = near == null ? "use " + String.join(", ", COMMANDS) : "is " + near + " meant?";
        return line(System.err, "Unknown command " + shown + ": " + help + " (see --help)", WRONG_USAGE);
    }

    /** Watching has no other end than Ctrl-C: that is no failure, for which make would say "Error 130". */
    private static int report(String[] args) {
        if (Arrays.stream(args).anyMatch(each -> each.startsWith("--watch"))) {
            Signal.handle(new Signal("INT"), signal -> System.exit(0));
        }
        return ReportCommand.run(args, System.getenv(), System.out, System.err);
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
            return KeysCommand.run(
                    List.of(arguments), settings.keysFileOrOwn(), settings.longestSigned(), System.out, System.err);
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
            String base = "http://" + shown(server.host()) + ":" + server.port() + "/";
            log.say(System.out, "INFO", "Loomchat listens on " + base);
            log.say(
                    System.out,
                    "INFO",
                    "Report: " + base + "report, live log: " + base + "logs, files: " + server.logDir());
            String signal = signals.take();
            signals.add(signal);
            log.say(System.out, "INFO", "Stopping (" + signal + "); another signal ends it at once");
            boolean written = server.stop(signal);
            if (server.failure() == null && server.linesWritten() >= 0) {
                log.say(
                        System.out,
                        "INFO",
                        "Stopped, all written: %,d events and samples of this run are in %s"
                                .formatted(server.linesWritten(), server.logDir()));
            }
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
