package loomchat.bench;

import java.nio.file.Path;
import loomchat.log.LogBenchmark;

/** Entry point of {@code make bench} for the record: scratch folder as the only argument, default the system's. */
public final class LogBench {
    private LogBench() {}

    public static void main(String[] args) throws Exception {
        LogBenchmark.run(Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir")));
    }
}
