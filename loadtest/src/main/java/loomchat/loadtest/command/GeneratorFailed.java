package loomchat.loadtest.command;

/**
 * The load generator itself has failed, and its measurements are lost. The message is one line for the user; exit
 * code 70.
 */
final class GeneratorFailed extends RuntimeException {
    GeneratorFailed(Throwable cause) {
        super(
                "The load client cannot go on, and its figures are lost: " + cause
                        + ". If memory was short, give it more (java -Xmx) or play fewer CLIENTS",
                cause);
    }
}
