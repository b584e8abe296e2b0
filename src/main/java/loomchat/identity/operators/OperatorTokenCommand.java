package loomchat.identity.operators;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import loomchat.log.files.Disk;

/** {@code loomchat operator-token}: makes, lists and removes operators' tokens. On the main thread. */
public final class OperatorTokenCommand {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final String USUAL_NAME = "operator";
    /** What other commands take as a word, and this one as an option: nobody wants a secret of such a name. */
    private static final Set<String> WORDS = Set.of("list", "remove", "help");

    private static final String HELP = """
            loomchat operator-token [NAME]          makes a token for the operator NAME (default: operator) and prints
                                                    it, this one time: the file keeps its hash only
            loomchat operator-token --list          the names of the tokens and when they were made
            loomchat operator-token --remove NAME   takes a token away, and ends what was signed in with it

            Who has a token may see the report and the log, and ban: sent as "Authorization: Bearer <token>", or
            entered at /operator. On the server's own machine none is needed. The file is OPERATOR_TOKENS_FILE
            (default: operator-tokens in STATE_DIR). A running server takes the change within two seconds.

            Exit codes: 0 done, 1 not done, 2 wrong usage or settings.
            """;

    private OperatorTokenCommand() {}

    public static int run(List<String> arguments, Path file, PrintStream out, PrintStream err) {
        String first = arguments.isEmpty() ? USUAL_NAME : arguments.getFirst();
        try {
            if (first.equals("--help") || first.equals("-h")) {
                out.print(HELP);
                return DONE;
            }
            if (first.equals("--list") && arguments.size() == 1) {
                return list(open(file, err), out);
            }
            if (first.equals("--remove") && arguments.size() == 2) {
                return remove(open(file, err), arguments.get(1), out, err);
            }
            if (first.startsWith("-") || arguments.size() > 1) {
                err.println("operator-token takes a name, --list or --remove NAME (see operator-token --help)");
                return WRONG_USAGE;
            }
            if (WORDS.contains(first)) {
                err.println(
                        "operator-token %s would make a token of that name: is --%s meant?".formatted(first, first));
                return WRONG_USAGE;
            }
            if (!OperatorToken.isName(first)) {
                err.println("The name " + first + " is not allowed: " + OperatorToken.ALLOWED_NAMES);
                return WRONG_USAGE;
            }
            return make(open(file, err), first, out, err);
        } catch (IOException e) {
            err.println("OPERATOR_TOKENS_FILE=" + file + " cannot be read or written: " + Disk.cause(e));
            return FAILED;
        }
    }

    private static OperatorTokens open(Path file, PrintStream err) throws IOException {
        return OperatorTokens.open(file, err::println);
    }

    /** The token alone goes to the standard output, so that a script can take it from there. */
    private static int make(OperatorTokens tokens, String name, PrintStream out, PrintStream err) throws IOException {
        try {
            String token = tokens.create(name, Instant.now());
            out.println(token);
            err.println("This is the token of " + name + ". It is shown this one time: keep it secret.");
            return DONE;
        } catch (OperatorTokens.Refused e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    private static int list(OperatorTokens tokens, PrintStream out) {
        List<OperatorToken> all = tokens.all().stream()
                .sorted(Comparator.comparing(OperatorToken::created).thenComparing(OperatorToken::name))
                .toList();
        all.forEach(each -> out.printf("%-32s  made %s%n", each.name(), each.created()));
        if (all.isEmpty()) {
            out.println("There are no tokens.");
        }
        return DONE;
    }

    private static int remove(OperatorTokens tokens, String name, PrintStream out, PrintStream err) throws IOException {
        if (!tokens.remove(name)) {
            err.println("There is no token called " + name + " (see operator-token --list)");
            return FAILED;
        }
        out.println("The token " + name + " is removed.");
        return DONE;
    }
}
