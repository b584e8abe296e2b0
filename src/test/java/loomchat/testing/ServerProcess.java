package loomchat.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.net.Loop;
import loomchat.testing.jvm.ClassArchive;

/** A server in a process of its own, on a free port of 127.0.0.1. */
public final class ServerProcess implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("Loomchat listens on http://.*:(\\d+)/");

    private static final List<String> LAYOUT = List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

    private final Process process;
    private final int port;

    /** Starts it and waits until it accepts connections. */
    public ServerProcess(Path logDir, Map<String, String> settings) throws IOException {
        this(List.of(), System.getProperty("java.class.path"), ProcessBuilder.Redirect.INHERIT, logDir, settings);
    }

    /**
     * As above, started by another program.
     *
     * @param launcher that program and its arguments, to which the server's command is added
     * @param errors where the standard error goes
     */
    public ServerProcess(
            List<String> launcher,
            String classPath,
            ProcessBuilder.Redirect errors,
            Path logDir,
            Map<String, String> settings)
            throws IOException {
        this(launcher, classPath, errors, "256m", logDir, settings);
    }

    /** @param heap its most, as java's option wants it */
    public ServerProcess(
            List<String> launcher,
            String classPath,
            ProcessBuilder.Redirect errors,
            String heap,
            Path logDir,
            Map<String, String> settings)
            throws IOException {
        this(
                launcher,
                List.of("-Xmx" + heap, "-cp", ClassArchive.jarsFirst(classPath), "loomchat.Main"),
                errors,
                logDir,
                settings);
    }

    /**
     * As above, with another main class.
     *
     * @param program the last options of {@code java}, the main class and its arguments
     */
    public ServerProcess(
            List<String> launcher,
            List<String> program,
            ProcessBuilder.Redirect errors,
            Path logDir,
            Map<String, String> settings)
            throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(launcher);
        // It lives for seconds: what C2 would compile is not worth compiling.
        command.addAll(List.of(java, "-ea", "-XX:TieredStopAtLevel=1"));
        command.addAll(LAYOUT);
        int at = program.indexOf("-cp");
        if (at >= 0) {
            command.addAll(ClassArchive.option(java, LAYOUT, program.get(at + 1)));
        }
        if (Loop.carriesThreads()) {
            // As in the tests' own process: without it both run on the JDK's scheduler.
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
        builder.environment().putAll(Map.of("HOST", "127.0.0.1", "PORT", "0", "LOG_DIR", logDir.toString()));
        builder.environment().putAll(settings);
        process = builder.start();
        port = awaitPort();
    }

    private int awaitPort() throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher match = LISTENS.matcher(line);
            if (match.matches()) {
                return Integer.parseInt(match.group(1));
            }
        }
        throw new IOException("The server ended before it listened");
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Writes a line to its standard input. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd(10);
    }

    /** Sends SIGTERM and does not wait. */
    public void signal() {
        process.destroy();
    }

    /** Waits for the end that somebody asked for; returns the exit code. */
    public int awaitExit(int seconds) throws InterruptedException {
        awaitEnd(seconds);
        return process.exitValue();
    }

    /** SIGTERM; returns the exit code. */
    public int terminate(int seconds) throws InterruptedException {
        process.destroy();
        awaitEnd(seconds);
        return process.exitValue();
    }

    private void awaitEnd(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("The server did not end within " + seconds + " s");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
