package loomchat.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Moves lines with zero bytes out of a log file whose last line is complete. A log line never contains one, so a power
 * cut left them. The file is written anew and renamed over the old one, so that a second power cut does no harm.
 */
final class ZeroedLineRepair {
    private static final int CHUNK = 1 << 20;

    private ZeroedLineRepair() {}

    /** Checks the last {@code lookedAt} bytes; returns how many bytes were moved to a side file. */
    static long remove(Path file, long lookedAt) throws IOException {
        try (FileChannel log = OwnerOnlyFiles.open(file, StandardOpenOption.READ)) {
            long size = log.size();
            long zero = firstZero(log, Math.max(0, size - lookedAt), size);
            return zero < 0 ? 0 : moveOut(file, log, TornTailRepair.afterLastNewline(log, zero), size);
        }
    }

    private static long firstZero(FileChannel log, long start, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        for (long at = start; at < end; ) {
            buffer.clear();
            int read = log.read(buffer, at);
            if (read < 0) {
                return -1;
            }
            int zero = firstZero(buffer.array(), read);
            if (zero >= 0) {
                return at + zero;
            }
            at += read;
        }
        return -1;
    }

    private static int firstZero(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static long moveOut(Path file, FileChannel log, long start, long size) throws IOException {
        Path mended = file.resolveSibling(file.getFileName() + ".mending");
        long moved;
        try (FileChannel good = OwnerOnlyFiles.open(
                mended, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            OwnerOnlyFiles.copyMode(file, mended);
            TornTailRepair.transfer(log, 0, start, good);
            moved = TornTailRepair.keepAside(file, bad -> split(log, start, size, good, bad));
            good.force(true);
        }
        Files.move(mended, file, StandardCopyOption.ATOMIC_MOVE);
        Disk.syncFolder(file.toAbsolutePath().getParent());
        return moved;
    }

    /**
     * Copies runs of lines with zeros to {@code bad} and the others to {@code good}; returns the bytes in {@code bad}.
     */
    private static long split(FileChannel log, long start, long size, FileChannel good, FileChannel bad)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        long moved = 0;
        long run = start;
        long line = start;
        boolean runZeroed = false;
        boolean lineZeroed = false;
        for (long at = start; at < size; ) {
            int read = log.read(buffer.clear(), at);
            for (int i = 0; i < read; i++) {
                byte b = buffer.get(i);
                lineZeroed |= b == 0;
                if (b != '\n') {
                    continue;
                }
                if (lineZeroed != runZeroed) {
                    TornTailRepair.transfer(log, run, line, runZeroed ? bad : good);
                    run = line;
                    runZeroed = lineZeroed;
                }
                moved += lineZeroed ? at + i + 1 - line : 0;
                line = at + i + 1;
                lineZeroed = false;
            }
            at += read;
        }
        TornTailRepair.transfer(log, run, line, runZeroed ? bad : good);
        return moved;
    }
}
