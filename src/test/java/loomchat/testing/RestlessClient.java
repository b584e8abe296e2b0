package loomchat.testing;

import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Random;

/**
 * One place in a crowd: somebody comes, says a little, vanishes in one way or another, and somebody else comes. One
 * thread.
 */
public final class RestlessClient {
    private static final int MOST_SILENT = 5;

    private final Random random;
    private final int port;
    private final boolean holdsOn;
    private final ArrayDeque<RawClient> silent = new ArrayDeque<>();
    private RawClient client;
    public int entered;

    /** @param holdsOn whether some go silent, to be ended by the server */
    public RestlessClient(Random random, int port, boolean holdsOn) {
        this.random = random;
        this.port = port;
        this.holdsOn = holdsOn;
    }

    /** One thing that somebody does. What the server does to it meanwhile is the server's right. */
    public void act() {
        try {
            if (client == null) {
                client = RawClient.open(port, random.nextInt(20) == 0 ? "/ws" : "/");
                entered++;
                return;
            }
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3, 4, 5 -> client.sendText("x".repeat(random.nextInt(300)));
                case 6 -> client.send(frame(0x01, "half"), frame(RawClient.PING, ""), frame(0x80, " and half"));
                default -> vanish();
            }
        } catch (IOException e) {
            leave();
        }
    }

    private void vanish() throws IOException {
        switch (random.nextInt(holdsOn ? 10 : 9)) {
            case 0, 1 -> client.send(RawClient.close(1000, "bye"));
            case 2 -> client.finish();
            case 3, 4 -> {
                client.reset();
                client = null;
                return;
            }
            case 5 -> client.send(java.util.Arrays.copyOf(frame(TEXT, "x".repeat(100)), 1 + random.nextInt(100)));
            case 6 -> client.send(frame(0x83, "wrong"));
            case 7 -> client.send(frame(TEXT, new byte[] {'a', (byte) 0xFF}));
            case 8 -> client.send(RawClient.header(TEXT, 1L << 40, 0x80), new byte[4]);
            default -> {
                // Silent from now on: another comes to this place, and the server has to notice.
                silent.add(client);
                client = null;
                if (silent.size() > MOST_SILENT) {
                    silent.remove().close();
                }
                return;
            }
        }
        leave();
    }

    private void leave() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** Nobody is here any more. */
    public void end() {
        leave();
        silent.forEach(RawClient::close);
        silent.clear();
    }
}
