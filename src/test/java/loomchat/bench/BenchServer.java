package loomchat.bench;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import loomchat.Loomchat;
import loomchat.log.EventLog;

/**
 * A server to be measured, in a process of its own with the flags of {@code make run}, on a free port and with a log
 * folder of its own.
 */
final class BenchServer implements AutoCloseable {
    private final Process process;
    private final Path logs;
    private final URI uri;

    private BenchServer(Process process, Path logs, URI uri) {
        this.process = process;
        this.logs = logs;
        this.uri = uri;
    }

    /** @param program what is run, as arguments of java */
    static BenchServer start(String... program) throws IOException {
        return start(Map.of(), program);
    }

    /** @param settings in its environment */
    static BenchServer start(Map<String, String> settings, String... program) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
        command.addAll(List.of(System.getProperty("run.flags", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of(program));
        Path logs = Files.createTempDirectory("loomchat-bench");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LOG_DIR", logs.toString());
        builder.environment().put("PORT", "0");
        // The limit is looked at for each chat.v1 message, but nobody here is a flood.
        builder.environment().put("CHAT_MESSAGES_PER_SECOND", "10000");
        builder.environment().putAll(settings);
        Process process = builder.start();
        String line = process.inputReader().readLine();
        if (line == null) {
            throw new IOException("The server did not start: " + String.join(" ", command));
        }
        return new BenchServer(
                process, logs, URI.create("ws" + line.substring(line.indexOf("http://") + "http".length())));
    }

    /**
     * As {@link #start}, but started by {@link #main}, so that a server with a record and one without differ in
     * nothing else.
     */
    static BenchServer start(boolean recorded) throws IOException {
        return start(
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                "target/loomchat.jar" + File.pathSeparator + "target/test-classes",
                BenchServer.class.getName(),
                Boolean.toString(recorded));
    }

    URI uri() {
        return uri;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        try (Stream<Path> files = Files.walk(logs)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /**
     * Serves until it is killed. Without a record, that is closed once the server is up: a closed record ignores what
     * it is told.
     */
    public static void main(String[] args) throws Exception {
        Loomchat server = Loomchat.start(System.getenv());
        if (args[0].equals("false")) {
            Field log = Loomchat.class.getDeclaredField("log");
            log.setAccessible(true);
            ((EventLog) log.get(server)).close();
        }
        System.out.printf("Loomchat listens on http://localhost:%d/%n", server.port());
        new CountDownLatch(1).await();
    }
}
