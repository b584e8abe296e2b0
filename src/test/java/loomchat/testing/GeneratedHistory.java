package loomchat.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Writes a random history: runs that stop and runs that crash, several segments, lines of older servers, and, if
 * wanted, damage of every kind. The same seed writes the same files.
 */
public final class GeneratedHistory {
    private static final String[] REASONS = {"close", "eof", "reset", "timeout", "protocol-error", "shutdown"};
    private static final String[] KINDS = {"audio", "video", "audio+video", "none"};
    private static final long SAMPLE_MILLIS = 1000;
    private static final int TIME_AT = "{'time':'".length();
    private static final int TIME_LENGTH = "2026-03-01T10:00:00.000Z".length();

    private final Random random;
    private final Path folder;
    private final boolean damaged;
    private final ByteArrayOutputStream chat = new ByteArrayOutputStream();
    private final ByteArrayOutputStream samples = new ByteArrayOutputStream();

    private long now;
    private long seq;
    private long session;
    private long pair;
    private long nextSample;
    private boolean knowsCalls;

    public GeneratedHistory(long seed, Path folder, long start, boolean damaged) {
        this.random = new Random(seed);
        this.folder = folder;
        this.now = start;
        this.damaged = damaged;
    }

    /** Lines of an older server, at the head of the first file. */
    public GeneratedHistory old(int lines) {
        for (int i = 0; i < lines; i++) {
            now += random.nextInt(5_000);
            switch (random.nextInt(4)) {
                case 0 -> chat(LogLines.old(now, "New Connection", "Client connected"));
                case 1 -> chat(LogLines.old(now, "Matched", "Users paired"));
                case 2 -> chat(LogLines.old(now, "Disconnected", "Client disconnected"));
                default -> chat(LogLines.old(now, "Message Relay", "Message size: " + random.nextInt(3000) + " bytes"));
            }
        }
        // Old times have no milliseconds: the next line is clearly later.
        now += 120_000 - now % 60_000;
        return this;
    }

    /** A run of the server with so many lines, about {@code millisPerLine} apart. */
    public GeneratedHistory run(int lines, int millisPerLine, boolean stops) {
        long start = now;
        seq = 0;
        nextSample = now + SAMPLE_MILLIS;
        knowsCalls = random.nextBoolean();
        chat(LogLines.started(now, ++seq));
        for (int i = 0; i < lines; i++) {
            now += random.nextInt(2 * millisPerLine + 1);
            sampleUpTo(now);
            event();
        }
        if (stops) {
            chat(LogLines.stopped(now, ++seq, now - start));
        } else {
            // The server lives on for a while without anything to log, then it is gone.
            now += 3 * SAMPLE_MILLIS;
            sampleUpTo(now);
        }
        now += 60_000 + random.nextInt(60_000);
        return this;
    }

    /** Ends the files that are being written as a server seals them. */
    public GeneratedHistory seal() throws IOException {
        String stamp = LogLines.iso(now).replace("-", "").replace(":", "").replace(".", "");
        Files.write(folder.resolve("chat-logs-" + stamp + ".jsonl"), chat.toByteArray());
        Files.write(folder.resolve("bandwidth-" + stamp + ".jsonl"), samples.toByteArray());
        chat.reset();
        samples.reset();
        return this;
    }

    /** Writes what was not sealed into the active files. */
    public void finish() throws IOException {
        Files.write(folder.resolve("chat-logs.jsonl"), chat.toByteArray());
        Files.write(folder.resolve("bandwidth.jsonl"), samples.toByteArray());
    }

    public long now() {
        return now;
    }

    private void event() {
        int kind = random.nextInt(100);
        if (damaged && kind < 10) {
            damage();
        } else if (kind < 20) {
            chat(LogLines.connected(now, ++seq, ++session));
        } else if (kind < 28) {
            chat(LogLines.matched(now, ++seq, ++session, ++pair, session - 1, size(100_000)));
        } else if (kind < 34) {
            String reason = random.nextInt(5) == 0 ? "block" : reason();
            chat(LogLines.chatEnded(now, ++seq, session, pair, reason, size(3_600_000), size(200)));
        } else if (kind < 42) {
            chat(LogLines.disconnected(now, ++seq, session, reason()));
        } else if (kind == 42) {
            chat(LogLines.recovered(now, ++seq, size(5_000)));
        } else if (kind == 43) {
            chat(LogLines.loadTest(now, ++seq, random.nextBoolean(), "run-" + random.nextInt(3)));
        } else if (kind < 47) {
            chat(LogLines.callStarted(now, ++seq, session, pair, 1, KINDS[random.nextInt(KINDS.length)]));
        } else if (kind < 50) {
            chat(callEnded());
        } else if (kind == 50) {
            chat(LogLines.reported(now, ++seq, session, pair, random.nextBoolean() ? "spam" : "abuse"));
        } else if (kind == 51) {
            chat(LogLines.resumed(now, ++seq, ++session, pair));
        } else {
            chat(LogLines.message(now, ++seq, session, pair, size(100_000)));
        }
    }

    private String callEnded() {
        String reason = random.nextInt(3) == 0 ? reason() : random.nextBoolean() ? "ended" : "failed";
        long firstFrame = random.nextInt(4) == 0 ? 0 : size(20_000);
        return LogLines.callEnded(
                now, ++seq, pair, reason, size(3_600_000), firstFrame, random.nextBoolean(), size(1_000_000_000));
    }

    /** Lines that are not canonical: some are valid all the same, some are not. */
    private void damage() {
        String whole = LogLines.message(now, ++seq, session, pair, size(100_000));
        String body = whole.substring(0, whole.length() - 1);
        switch (random.nextInt(22)) {
            case 0 -> chat(body.substring(0, random.nextInt(body.length())) + "\n");
            case 1 -> chat(body.substring(random.nextInt(body.length())) + "\n");
            case 2 -> chat(body.replace(":", ": ").replace(",", ", ") + "\n");
            case 3 -> chat("{\"seq\":" + seq + "," + body.substring(1, body.indexOf(",\"seq\"")) + ",\"bytes\":77}\n");
            case 4 -> chat("\n");
            case 5 -> chat(body + "\r\n");
            case 6 -> chat(body + " trailing\n");
            case 7 -> chat("\0\0\0\0\0\0\0\0" + whole);
            case 8 -> chat(body.replace("\"bytes\":", "\"bytes\":0") + "\n");
            case 9 -> chat(body.replace("Message Relay", "Something Else") + "\n");
            case 10 -> chat(body.replace("\"bytes\":", "\"bytes\":-") + "\n");
            case 11 -> chat("[" + body + "]\n");
            case 12 -> chat(body.replace("}", ",\"more\":{\"bytes\":5,\"deep\":[1,{\"event\":\"x\"}]}}") + "\n");
            case 13 -> chat(body.replace("}", ",\"bytes\":3}") + "\n");
            case 14 -> chat(LogLines.connected(now, seq, session).replace("plain", "pl\\u0061in"));
            case 15 -> chat(LogLines.connected(now, seq, session).replace("plain", "plaïn"));
            case 16 -> chat(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}', '\n'});
            case 17 -> chat(body.replace("T", " ") + "\n");
            case 18 -> chat(flipped(whole));
            case 19 -> chat(flipped(callEnded()));
            case 20 ->
                chat(callEnded()
                        .replace("true", "1")
                        .replace("callMillis", "call")
                        .replace(":", " : "));
            default -> chat(flipped(LogLines.disconnected(now, seq, session, reason())));
        }
    }

    /**
     * One byte of the line is another one, but not of its time: what a wrong time means for a run is a matter of
     * taste.
     */
    private byte[] flipped(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        int at = random.nextInt(bytes.length - 1 - TIME_LENGTH);
        bytes[at < TIME_AT ? at : at + TIME_LENGTH] = (byte) (32 + random.nextInt(95));
        return bytes;
    }

    private void sampleUpTo(long millis) {
        while (nextSample <= millis) {
            long messages = size(2_000);
            long connections = size(3_000);
            double cpu = random.nextInt(2_000) / 10.0;
            String line = knowsCalls
                    ? LogLines.sample(nextSample, SAMPLE_MILLIS, messages, connections, cpu, size(500))
                    : LogLines.sample(nextSample, SAMPLE_MILLIS, messages, connections, cpu);
            if (damaged && random.nextInt(20) == 0) {
                samples.writeBytes(flipped(line));
            } else {
                samples.writeBytes(line.getBytes(StandardCharsets.UTF_8));
            }
            nextSample += SAMPLE_MILLIS;
        }
    }

    /** More often small than large. */
    private long size(int most) {
        return (long) Math.pow(most, random.nextDouble());
    }

    private String reason() {
        return REASONS[random.nextInt(REASONS.length)];
    }

    private void chat(String line) {
        chat(line.getBytes(StandardCharsets.UTF_8));
    }

    private void chat(byte[] line) {
        chat.writeBytes(line);
    }
}
