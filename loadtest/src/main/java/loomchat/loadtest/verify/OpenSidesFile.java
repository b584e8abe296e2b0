package loomchat.loadtest.verify;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import loomchat.loadtest.scenario.UsageError;

/**
 * {@code sides.csv} of one share of a run: sides of chats whose other side belongs to another process. Written
 * under the ledger's lock, read when the shares are merged.
 */
public final class OpenSidesFile implements OpenSides, AutoCloseable {
    private static final String SIDE = "side";
    private static final String STRAYED = "strayed";
    private static final String LEAVERS = "silentLeavers";

    private final BufferedWriter out;

    public OpenSidesFile(Path file) throws IOException {
        out = Files.newBufferedWriter(file);
    }

    @Override
    public void side(ChatSide chat) {
        SequenceTracker tracker = chat.partner == null ? new SequenceTracker(-1, 0) : chat.partner;
        String gaps = Arrays.stream(tracker.gaps()).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        write("%s,%d,%d,%d,%d,%d,%s,%d,%d,%d,%d,%d,%d,%s,%d,%d,%d,%d,%d,%d"
                .formatted(
                        SIDE,
                        chat.user,
                        chat.number,
                        chat.isMatched() ? 1 : 0,
                        chat.sent,
                        chat.sentBeforeMatch,
                        chat.end,
                        chat.corrupted,
                        tracker.sender,
                        tracker.chat,
                        tracker.received,
                        tracker.next(),
                        tracker.missingFrom(0),
                        gaps,
                        chat.missed,
                        chat.delivered,
                        chat.calledStale ? 1 : 0,
                        chat.givenUp,
                        chat.partnerIsGone ? 1 : 0,
                        chat.notTaken()));
    }

    @Override
    public void strayed(long key, int count) {
        write(STRAYED + "," + key + "," + count);
    }

    @Override
    public void silentLeavers(long count) {
        write(LEAVERS + "," + count);
    }

    private void write(String line) {
        try {
            out.write(line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Puts the contents of {@code file} into the ledger: call it with {@code strays} for all files, then without. */
    public static void read(Path file, DeliveryLedger ledger, boolean strays) throws IOException {
        boolean whole = false;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] fields = line.split(",", -1);
                if (fields[0].equals(SIDE) != strays) {
                    put(fields, ledger);
                }
                // It is the last line: without it there may have been more.
                whole = fields[0].equals(LEAVERS);
            }
        } catch (NoSuchFileException e) {
            throw new UsageError(file + " is missing: what went to clients of other shares cannot be settled");
        } catch (RuntimeException e) {
            throw new UsageError(file + " is damaged");
        }
        if (!whole) {
            throw new UsageError(file + " is damaged: its end is missing");
        }
    }

    private static void put(String[] fields, DeliveryLedger ledger) {
        switch (fields[0]) {
            case SIDE -> ledger.settle(chat(fields));
            case STRAYED -> {
                long key = Long.parseLong(fields[1]);
                ledger.strayed((int) key, (int) (key >>> 32), Integer.parseInt(fields[2]));
            }
            case LEAVERS -> ledger.silentLeavers(Long.parseLong(fields[1]));
            default -> throw new IllegalArgumentException(fields[0]);
        }
    }

    private static ChatSide chat(String[] fields) {
        ChatSide chat = new ChatSide(Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
        chat.matchedAt = Long.parseLong(fields[3]);
        chat.sent = Integer.parseInt(fields[4]);
        chat.sentBeforeMatch = Integer.parseInt(fields[5]);
        chat.end = ChatSide.End.valueOf(fields[6]);
        chat.corrupted = Integer.parseInt(fields[7]);
        chat.missed = Integer.parseInt(fields[14]);
        chat.delivered = Integer.parseInt(fields[15]);
        chat.calledStale = fields[16].equals("1");
        chat.givenUp = Integer.parseInt(fields[17]);
        chat.partnerIsGone = fields[18].equals("1");
        chat.notTaken = Integer.parseInt(fields[19]);
        if (!fields[8].equals("-1")) {
            int[] gaps = fields[13].isEmpty()
                    ? new int[0]
                    : Arrays.stream(fields[13].split(" "))
                            .mapToInt(Integer::parseInt)
                            .toArray();
            chat.partner = SequenceTracker.restored(
                    Integer.parseInt(fields[8]),
                    Integer.parseInt(fields[9]),
                    Integer.parseInt(fields[10]),
                    Integer.parseInt(fields[11]),
                    Integer.parseInt(fields[12]),
                    gaps);
        }
        return chat;
    }
}
