package loomchat;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code loomchat health}: asks the server on this machine whether it takes visitors, for containers, which have
 * neither shell nor curl. It is run every few seconds: a plain socket, because an HTTP client takes longer to load than
 * the request. Main thread only; blocks for {@link #PATIENCE_MILLIS} at the most to connect, and as long for the
 * answer.
 */
final class HealthCommand {
    private static final int READY = 0;
    private static final int NOT_READY = 1;
    private static final int WRONG_USAGE = 2;
    private static final int PATIENCE_MILLIS = 3_000;
    private static final int MOST_BYTES = 16 << 10;
    private static final Pattern RESPONSE =
            Pattern.compile("HTTP/1\\.1 (\\d{3})[^\\n]*\\n.*?\\r\\n\\r\\n(.*)", Pattern.DOTALL);
    private static final String HELP = """
            loomchat health   asks the server that runs here whether it takes visitors: /readyz on HOST and PORT

            Needs no more than the settings HOST and PORT that the server has. Prints what the server says.

            Exit codes: 0 ready, 1 not ready or no answer within %d s, 2 wrong usage or settings.
            """.formatted(PATIENCE_MILLIS / 1000);

    private HealthCommand() {}

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (!arguments.isEmpty()) {
            boolean help = List.of("--help", "-h").contains(arguments.getFirst());
            (help ? out : err).print(help ? HELP : "health takes no arguments (see health --help)\n");
            return help ? READY : WRONG_USAGE;
        }
        InetSocketAddress server;
        try {
            server = server(new SettingsReader(environment));
        } catch (SettingsReader.InvalidSetting e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        }
        try {
            return ask(server, out, err);
        } catch (IOException e) {
            String why = e instanceof SocketTimeoutException ? "no answer in time" : e.getMessage();
            err.println("Not ready: " + server.getHostString() + ":" + server.getPort() + ": " + why);
            return NOT_READY;
        }
    }

    private static InetSocketAddress server(SettingsReader settings) {
        ListenAddress address = ListenAddress.read(settings);
        if (address.port() == 0) {
            throw new SettingsReader.InvalidSetting("PORT=0 is not allowed: health has to know the port");
        }
        return address.fromHere();
    }

    private static int ask(InetSocketAddress server, PrintStream out, PrintStream err) throws IOException {
        if (server.isUnresolved()) {
            throw new IOException("the name is not known");
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        try (Socket socket = new Socket()) {
            socket.connect(server, PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            Matcher response = RESPONSE.matcher(readAll(socket, deadline));
            if (!response.matches()) {
                throw new IOException("the answer is no HTTP");
            }
            boolean ready = response.group(1).equals("200");
            (ready ? out : err)
                    .println((ready ? "" : "Not ready: ") + response.group(2).strip());
            return ready ? READY : NOT_READY;
        }
    }

    /** What comes until the end, or as much as has room. */
    private static String readAll(Socket socket, long deadline) throws IOException {
        byte[] answer = new byte[MOST_BYTES];
        int length = 0;
        for (int read = 0; read >= 0 && length < answer.length; length += Math.max(0, read)) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) leftMillis);
            read = socket.getInputStream().read(answer, length, answer.length - length);
        }
        return new String(answer, 0, length, StandardCharsets.UTF_8);
    }
}
