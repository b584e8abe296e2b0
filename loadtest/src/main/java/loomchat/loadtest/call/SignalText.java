package loomchat.loadtest.call;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * The data of a signal, opaque to the server: says which signal it is, when it should have been sent, and ends with a
 * checksum of everything before it. It has quotes, line ends and letters beyond ASCII, as descriptions of media may.
 */
record SignalText(int run, int user, int chat, long call, int id, long intended) {
    private static final String FILL = "v=0\r\no=- \"é€🙂\"\\ ";
    private static final int CHECKSUM = 8;
    private static final int FIELDS = 6;

    /** Of about so many bytes. */
    String compose(int bytes, RandomGenerator random) {
        StringBuilder text = new StringBuilder(bytes + 32);
        for (long each : new long[] {run, user, chat, call, id, intended}) {
            text.append(each).append(' ');
        }
        text.append(FILL);
        while (text.length() < bytes - CHECKSUM) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text + checksum(text.toString());
    }

    String shown() {
        return "signal %d of user %d, chat %d, call %d".formatted(id, user, chat, call);
    }

    /** Null if it is not what somebody has composed. */
    static SignalText read(String text) {
        int end = text.length() - CHECKSUM;
        if (end < 0 || !checksum(text.substring(0, end)).equals(text.substring(end))) {
            return null;
        }
        String[] fields = text.split(" ", FIELDS + 1);
        return new SignalText(
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Long.parseLong(fields[3]),
                Integer.parseInt(fields[4]),
                Long.parseLong(fields[5]));
    }

    private static String checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(checksum.getValue());
    }
}
