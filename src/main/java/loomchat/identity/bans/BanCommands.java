package loomchat.identity.bans;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import loomchat.log.SafeText;
import loomchat.log.files.Disk;

/**
 * {@code loomchat ban}, {@code unban} and {@code bans}: they change the file that servers follow, and need no server.
 * On the main thread.
 */
public final class BanCommands {
    /** Who bans by command: somebody on this machine. */
    private static final String BY = "this machine";

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final String HELP = """
            loomchat ban <identity|address[/bits]> [--for TIME] [--reason "TEXT"]
            loomchat unban <identity|address[/bits]>
            loomchat bans

              identity   as the log names it, such as Zm9vYmFyYmF6cXV4MTIzNA or my-site:user-7
              address    of IPv4 or IPv6, or a network: 203.0.113.7, 203.0.113.0/24, 2001:db8::/32. An IPv6 address
                         stands for its /64. At least /8, or /16 of IPv6
              --for      how long: 30m, 24h, 7d; without it, for good. A ban that is longer already stays: to
                         shorten it, unban first
              --reason   up to 200 characters; the one who is banned is told

            Who is banned cannot connect, and is sent away at once. Bans are kept in bans.jsonl in STATE_DIR (default:
            state in LOG_DIR). A running server takes a change within two seconds; none is needed.

            Exit codes: 0 done, 1 not done, 2 wrong usage or settings.
            """;

    private BanCommands() {}

    /** Wrong usage; the message is one line. */
    private static final class WrongUsage extends Exception {
        WrongUsage(String message) {
            super(message, null, false, false);
        }
    }

    /** What {@code ban} is to do. */
    private record Wish(BanTarget target, Duration length, String reason) {}

    /** @param command {@code ban}, {@code unban} or {@code bans} */
    public static int run(String command, List<String> arguments, Path folder, PrintStream out, PrintStream err) {
        try {
            if (arguments.contains("--help") || arguments.contains("-h")) {
                out.print(HELP);
                return DONE;
            }
            return switch (command) {
                case "ban" -> ban(wish(arguments), open(folder, err), out, err);
                case "unban" -> unban(onlyTarget(arguments), open(folder, err), out, err);
                default -> list(arguments, open(folder, err), out);
            };
        } catch (WrongUsage e) {
            err.println(e.getMessage() + " (see " + command + " --help)");
            return WRONG_USAGE;
        } catch (IOException e) {
            err.println(folder.resolve(BanFile.NAME) + " cannot be read: " + Disk.cause(e));
            return FAILED;
        }
    }

    private static BanList open(Path folder, PrintStream err) throws IOException {
        // What the list tells by itself is for a server, whose bans hold in memory too.
        BanList bans = BanList.open(folder, System::currentTimeMillis, line -> {});
        if (bans.damaged() > 0) {
            err.println(bans.damaged() + " damaged lines in " + folder.resolve(BanFile.NAME) + " were skipped");
        }
        return bans;
    }

    private static Wish wish(List<String> arguments) throws WrongUsage {
        BanTarget target = null;
        Duration length = null;
        String reason = "";
        for (int i = 0; i < arguments.size(); i++) {
            String[] argument = arguments.get(i).split("=", 2);
            switch (argument[0]) {
                case "--for" -> length = length(argument.length == 2 ? argument[1] : value(arguments, ++i));
                case "--reason" -> reason = reason(argument.length == 2 ? argument[1] : value(arguments, ++i));
                default -> {
                    if (target != null) {
                        throw new WrongUsage(shown(arguments.get(i)) + " is too much: one target, --for and --reason");
                    }
                    target = target(arguments.get(i));
                }
            }
        }
        if (target == null) {
            throw new WrongUsage("ban needs a target: " + BanTarget.ALLOWED);
        }
        return new Wish(target, length, reason);
    }

    private static String value(List<String> arguments, int at) throws WrongUsage {
        if (at >= arguments.size()) {
            throw new WrongUsage(arguments.get(at - 1) + " needs a value");
        }
        return arguments.get(at);
    }

    private static Duration length(String text) throws WrongUsage {
        try {
            return Ban.length(text);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage("--for " + shown(text) + " is not allowed: " + e.getMessage());
        }
    }

    private static String reason(String text) throws WrongUsage {
        if (text.length() > Ban.LONGEST_REASON) {
            throw new WrongUsage("The reason is too long: at most " + Ban.LONGEST_REASON + " characters");
        }
        return text;
    }

    private static BanTarget target(String text) throws WrongUsage {
        try {
            return BanTarget.parse(text);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(shown(text) + " cannot be banned: " + e.getMessage());
        }
    }

    private static BanTarget onlyTarget(List<String> arguments) throws WrongUsage {
        if (arguments.size() != 1) {
            throw new WrongUsage("unban takes one target, as the command bans shows it");
        }
        return target(arguments.getFirst());
    }

    private static int ban(Wish wish, BanList bans, PrintStream out, PrintStream err) {
        BanList.Banned banned = bans.add(wish.target, wish.length, wish.reason, BY);
        if (banned == null) {
            err.println("There are " + BanList.MOST + " bans, which is the limit: lift some first");
            return FAILED;
        }
        if (!isWritten(bans, err)) {
            return FAILED;
        }
        Ban ban = banned.ban();
        String whom = kind(ban.target()) + " " + ban.target();
        out.println(
                banned.wasLonger()
                        ? "Nothing was changed: a longer ban holds " + whom + " " + ban.end()
                                + ". To shorten it, unban first."
                        : "Banned " + whom + " " + ban.end() + ".");
        return DONE;
    }

    private static boolean isWritten(BanList bans, PrintStream err) {
        bans.poll();
        if (bans.trouble() != null) {
            err.println("Nothing was changed: " + BanFile.NAME + " cannot be written: " + bans.trouble());
        }
        return bans.trouble() == null;
    }

    private static int unban(BanTarget target, BanList bans, PrintStream out, PrintStream err) {
        if (!bans.remove(target, BY)) {
            err.println(target + " is not banned" + wider(target, bans));
            return FAILED;
        }
        if (!isWritten(bans, err)) {
            return FAILED;
        }
        out.println("Lifted the ban of " + kind(target) + " " + target + ".");
        return DONE;
    }

    /** Names a network that holds the address, which is what the operator looks for. */
    private static String wider(BanTarget target, BanList bans) {
        if (target instanceof BanTarget.OfAddresses some) {
            Ban found = bans.find(null, some.network().first());
            return found == null ? "" : ", but " + found.target() + " is";
        }
        return "";
    }

    private static int list(List<String> arguments, BanList bans, PrintStream out) throws WrongUsage {
        if (!arguments.isEmpty()) {
            throw new WrongUsage("bans takes no arguments");
        }
        List<Ban> all = bans.all();
        for (Ban each : all) {
            out.printf(
                    "%-22s  %-26s  since %s by %s%s%n",
                    SafeText.of(each.target().toString()),
                    each.end(),
                    Instant.ofEpochMilli(each.sinceMillis()).truncatedTo(ChronoUnit.SECONDS),
                    SafeText.of(each.by()),
                    each.reason().isEmpty() ? "" : ": " + SafeText.of(each.reason()));
        }
        if (all.isEmpty()) {
            out.println("There are no bans.");
        }
        return DONE;
    }

    private static String kind(BanTarget target) {
        return switch (target) {
            case BanTarget.OfIdentity one -> "the identity";
            case BanTarget.OfAddresses some -> some.network().isSingle() ? "the address" : "the network";
        };
    }

    private static String shown(String text) {
        String line = SafeText.of(text);
        return line.length() <= 60 ? line : line.substring(0, 60) + "…";
    }
}
