package loomchat.log.files;

import jakarta.json.Json;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Repairs the end of a log file after a kill or a power cut. Nobody else writes the file meanwhile.
 *
 * <p>A kill leaves an unfinished last line. It is moved to a side file beside the log,
 * {@code chat-logs.torn-<time>.bin}, unless only its newline is missing. A power cut can leave zeros where the system
 * had made a file longer and not filled it yet; lines with zeros near the end are moved as well (see
 * {@link ZeroedLineRepair}). Nothing is thrown away, and the memory needed does not grow with the length of the line.
 */
public final class TornTailRepair {
    /** More than a saturated server writes between two syncs a second apart. */
    public static final long ZEROS_LOOKED_FOR = 64L << 20;

    private static final int LONGEST_LINE_COMPLETED = 1 << 20;
    private static final int CHUNK = 1 << 16;
    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());

    private TornTailRepair() {}

    /** Repairs {@code file}, which exists, and returns how many bytes were moved to a side file. */
    public static long mend(Path file, long zerosLookedFor) throws IOException {
        long cut = cutUnfinishedLine(file);
        return cut + ZeroedLineRepair.remove(file, zerosLookedFor);
    }

    /** The first half of {@link #mend}: the file itself stays, so it may be open for appending. */
    static long cutUnfinishedLine(Path file) throws IOException {
        try (FileChannel log = OwnerOnlyFiles.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = log.size();
            long end = afterLastNewline(log, size);
            if (end == size) {
                return 0;
            }
            if (size - end <= LONGEST_LINE_COMPLETED && isObject(read(log, end, (int) (size - end)))) {
                log.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
                log.force(true);
                return 0;
            }
            keepAside(file, side -> transfer(log, end, size, side));
            Disk.syncFolder(file.toAbsolutePath().getParent());
            log.truncate(end);
            log.force(true);
            return size - end;
        }
    }

    /** The offset after the last newline before {@code size}, 0 when there is none. */
    static long afterLastNewline(FileChannel log, long size) throws IOException {
        for (long end = size; end > 0; end -= CHUNK) {
            long start = Math.max(0, end - CHUNK);
            byte[] chunk = read(log, start, (int) (end - start));
            for (int i = chunk.length - 1; i >= 0; i--) {
                if (chunk[i] == '\n') {
                    return start + i + 1;
                }
            }
        }
        return 0;
    }

    /** Fills a side file; returns how many bytes it took from the log. */
    interface Damage {
        long moveTo(FileChannel side) throws IOException;
    }

    /**
     * Creates a side file of {@code file}, and removes it if it cannot be filled: tries on a full disk leave nothing.
     */
    static long keepAside(Path file, Damage damage) throws IOException {
        Path name = newSide(file);
        try (FileChannel side = FileChannel.open(name, StandardOpenOption.WRITE)) {
            long bytes = damage.moveTo(side);
            side.force(true);
            return bytes;
        } catch (IOException e) {
            Files.delete(name);
            throw e;
        }
    }

    private static Path newSide(Path file) throws IOException {
        String name = file.getFileName().toString();
        String stem = name.endsWith(".jsonl") ? name.substring(0, name.length() - ".jsonl".length()) : name;
        for (long millis = System.currentTimeMillis(); ; millis++) {
            try {
                return OwnerOnlyFiles.create(
                        file.resolveSibling(stem + ".torn-" + LogFileNames.stamp(millis) + ".bin"));
            } catch (FileAlreadyExistsException e) {
                continue;
            }
        }
    }

    static long transfer(FileChannel from, long start, long end, FileChannel to) throws IOException {
        for (long at = start; at < end; ) {
            long bytes = from.transferTo(at, end - at, to);
            if (bytes <= 0) {
                throw new EOFException("The file shrank while it was mended");
            }
            at += bytes;
        }
        return end - start;
    }

    private static byte[] read(FileChannel log, long start, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && log.read(buffer, start + buffer.position()) >= 0) {}
        return buffer.array();
    }

    private static boolean isObject(byte[] line) {
        try (JsonParser parser = PARSERS.createParser(new StringReader(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(line))
                .toString()))) {
            if (parser.next() != JsonParser.Event.START_OBJECT) {
                return false;
            }
            while (parser.hasNext()) {
                parser.next();
            }
            return true;
        } catch (CharacterCodingException | RuntimeException e) {
            // The parser throws several unchecked exceptions for bad input, a plain one for input nested too deep.
            return false;
        }
    }
}
