package loomchat.loadtest.command;

import loomchat.loadtest.scenario.ScenarioFile;

/** What {@code stress --help} prints. */
final class StressHelp {
    private StressHelp() {}

    static String text() {
        StringBuilder text = new StringBuilder("""
                Plays clients against a chat server, and checks that every message arrives.

                  stress [SCENARIO] [setting...]     play a scenario: %s, or a file
                  stress merge FOLDER...             merge the results of several processes
                  stress compare [RUN RUN]           two runs side by side: by default the last two of a scenario
                  stress history [SCENARIO] [--json] the runs in RESULTS
                  stress accept RUN                  a run that was worse on purpose: later ones are set beside it

                Settings, as NAME=value in the environment or as an argument, or as --name value
                (where false and true are all that is allowed, --name alone is true):
                """.formatted(String.join(", ", ScenarioFile.NAMES)));
        for (StressOptions.Setting each : StressOptions.SETTINGS) {
            text.append("  %-18s %-22s %s\n".formatted(each.name(), each.defaultValue(), each.meaning()));
        }
        return text.append("""

                        Exit codes: 0 passed, 1 a condition was missed or nobody was matched,
                        2 wrong usage, 3 no chat server there,
                        4 the generator was overloaded and its figures are not valid,
                        5 passed, but worse than good runs before (FAIL_ON_REGRESSION),
                        70 the generator itself failed and there are no figures, or they could not
                        be written, 130 interrupted.
                        """).toString();
    }

    /** What {@code stress compare --help} prints. */
    static String ofCompare() {
        return """
                Sets two runs side by side: what differs in what was played, the figures, a sentence.

                  stress compare [RUN RUN] [RESULTS=folder]

                A run is previous (the one before the last of its scenario), last, the name of a folder in
                RESULTS or its beginning (stress history lists them), or the path of a folder. Without runs:
                previous last. NO_COLOR in the environment turns colours off. Exit code: 0, or 2 for wrong usage.
                """;
    }

    /** What {@code stress merge --help} prints. */
    static String ofMerge() {
        return """
                Puts the results of processes together that played shares of one run (SHARE=1/2, SHARE=2/2).

                  stress merge FOLDER... [RESULTS=folder] [--fail-on-regression]

                Takes the folder of each share once. The run gets a folder of its own in RESULTS.
                Exit code: that of the whole run, or 2 where the folders are not of one run.
                """;
    }

    /** What {@code stress accept --help} prints. */
    static String ofAccept() {
        return """
                Takes a run for a good one that was worse than those before it: it is as it should be now.

                  stress accept RUN [RESULTS=folder]

                Runs of the same set-up before it count no more. RUN is last, the name of a folder in RESULTS
                or its beginning, or the path of a folder. Exit code: 0, or 2 for wrong usage.
                """;
    }

    /** What {@code stress history --help} prints. */
    static String ofHistory() {
        return """
                Lists the runs in RESULTS, one a line, the newest last.

                  stress history [SCENARIO] [RESULTS=folder] [--json]

                --json prints them for programs. Times in brackets are of runs that were not valid.
                Exit code: 0, or 2 for wrong usage.
                """;
    }
}
