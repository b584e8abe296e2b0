package loomchat.bench;

import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code make bench}: all benchmarks in turn, or the one that is named. */
public final class Bench {
    private static final List<String> ALL =
            List.of("codec", "cluster", "identity", "log", "report", "relay", "calls", "video");

    private Bench() {}

    public static void main(String[] args) throws Exception {
        List<String> wanted = args.length == 0 ? ALL : List.of(args);
        for (String each : wanted) {
            if (!ALL.contains(each)) {
                System.err.println("BENCH=" + each + " is not allowed: one of " + ALL);
                System.exit(2);
            }
        }
        for (String each : wanted) {
            System.out.println("\n== " + each);
            switch (each) {
                case "codec" -> codec();
                case "cluster" -> ClusterBench.main(new String[0]);
                case "identity" -> IdentityBench.main(new String[0]);
                case "log" -> LogBench.main(new String[0]);
                case "calls" -> CallBench.main(new String[0]);
                case "report" -> ReportBench.main(new String[0]);
                case "video" -> VideoBench.main(new String[0]);
                default -> RelayBench.main(new String[0]);
            }
        }
    }

    private static void codec() throws Exception {
        new Runner(new OptionsBuilder()
                        .include("loomchat\\.(ws|chat|identity)\\..*Bench")
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
