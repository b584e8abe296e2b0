package loomchat;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import loomchat.net.Loop;
import loomchat.output.ProcessLog;

/**
 * A server for a process of its own in which a line on the standard input makes a part meet a real {@link
 * OutOfMemoryError}. With the argument {@link #LOOP} one loop asks for more than there is, and all else has memory;
 * with {@link #HEAP} it is {@link Main}, and a thread beside it takes the heap, to the last byte.
 */
final class HungryServer {
    static final String LOOP = "loop";
    static final String HEAP = "heap";

    private HungryServer() {}

    public static void main(String[] args) throws Exception {
        Scanner orders = new Scanner(System.in, StandardCharsets.US_ASCII);
        if (args[0].equals(HEAP)) {
            Thread.ofPlatform().daemon().start(() -> {
                orders.nextLine();
                takeTheHeap();
            });
            Main.main(new String[] {"serve"});
        } else {
            ProcessLog.TEXT.install();
            Loomchat server =
                    Loomchat.start(System.getenv(), () -> Runtime.getRuntime().halt(FatalErrorHandler.EXIT_CODE));
            System.out.println("Loomchat listens on http://127.0.0.1:" + server.port() + "/");
            orders.nextLine();
            loops(server)[0].execute(HungryServer::askForTooMuch);
            Thread.currentThread().join();
        }
    }

    static Loop[] loops(Loomchat server) throws ReflectiveOperationException {
        return part(server, "loops", Loop[].class);
    }

    static <T> T part(Loomchat server, String name, Class<T> type) throws ReflectiveOperationException {
        Field field = Loomchat.class.getDeclaredField(name);
        field.setAccessible(true);
        return type.cast(field.get(server));
    }

    static void askForTooMuch() {
        List<byte[]> taken = new ArrayList<>();
        while (true) {
            taken.add(new byte[1 << 20]);
        }
    }

    private static void takeTheHeap() {
        List<byte[]> taken = new ArrayList<>(1 << 22);
        for (int size = 1 << 20; ; size = Math.max(16, size / 2)) {
            try {
                while (true) {
                    taken.add(new byte[size]);
                }
            } catch (OutOfMemoryError e) {
                // Smaller pieces may fit.
            }
        }
    }
}
