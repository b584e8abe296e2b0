package loomchat.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who goes first on cores that those who measure, the server and its attackers have to share. */
public final class CpuPriority {
    private CpuPriority() {}

    /**
     * A java process that runs only while a core is idle: attackers have machines of their own, and only what they make
     * the server do is to cost others. It reads from a pipe, whose end tells it to stop.
     */
    public static Process startWhenIdle(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "chrt",
                "--idle",
                "0",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /**
     * Lets this process, which measures, go before the server on a core that both want: else a busy server looks as
     * slow as the system's time slice, some milliseconds. It needs the right to do so; without it times are too long.
     */
    public static void measureFirst() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("renice", "-n", "-10", "-p"));
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            threads.forEach(each -> command.add(each.getFileName().toString()));
        }
        Process renice = new ProcessBuilder(command).redirectErrorStream(true).start();
        renice.inputReader().lines().toList();
        if (renice.waitFor() != 0) {
            System.out.println("No right to raise the priority of what measures");
        }
    }
}
