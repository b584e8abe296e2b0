package loomchat.loadtest.command;

/** What the command {@code stress} exits with. */
final class ExitCode {
    static final int PASSED = 0;
    /** A threshold was missed, or the server's own count differs. */
    static final int MISSED = 1;

    static final int WRONG_USAGE = 2;
    /** No server is there, or it lets in nobody. */
    static final int UNREACHABLE = 3;
    /** The load generator was overloaded, and no fault was found: its times are not valid. */
    static final int OVERLOADED = 4;
    /** The run passed, and is worse than good runs before it; only where that was asked for. */
    static final int REGRESSED = 5;
    /** The load generator itself failed, and there are no figures, or a run passed and they could not be written. */
    static final int GENERATOR_FAILED = 70;

    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
