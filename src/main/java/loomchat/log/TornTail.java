package loomchat.log;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Mends the end of a log file that a kill or a power cut left. The file is not written by anyone else meanwhile.
 *
 * <p>A kill leaves an unfinished last line; it is moved to a side file beside the log, {@code chat-logs.torn-<time>.bin}, unless only its
 * newline is missing. A power cut can leave zeros wherever the system had made a file longer and not yet filled it; lines with zeros among
 * the last {@value #ZEROS_LOOKED_FOR} bytes are moved there too (see {@link ZeroedLines}). Nothing is thrown away, and memory does not
 * grow with the length of the line.
 */
final class TornTail {
    static final long ZEROS_LOOKED_FOR = 64L << 20;
    private static final int LONGEST_LINE_COMPLETED = 1 << 20;
    private static final int CHUNK = 1 << 16;
    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());

    private TornTail() {}

    /** Mends {@code file}, which exists, and returns how many bytes were moved to a side file. */
    static long mend(Path file) throws IOException {
        long cut = cutUnfinishedLine(file);
        return cut + ZeroedLines.remove(file, ZEROS_LOOKED_FOR);
    }

    /** The first half of {@link #mend}: the file itself stays, so it may be open for appending. */
    static long cutUnfinishedLine(Path file) throws IOException {
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
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
            try (FileChannel side = openSide(file)) {
                transfer(log, end, size, side);
                side.force(true);
            }
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

    static FileChannel openSide(Path file) throws IOException {
        String name = file.getFileName().toString();
        String stem = name.endsWith(".jsonl") ? name.substring(0, name.length() - ".jsonl".length()) : name;
        for (long millis = System.currentTimeMillis(); ; millis++) {
            try {
                return FileChannel.open(
                        file.resolveSibling(stem + ".torn-" + Segments.stamp(millis) + ".bin"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                continue;
            }
        }
    }

    static void transfer(FileChannel from, long start, long end, FileChannel to) throws IOException {
        for (long at = start; at < end; ) {
            at += from.transferTo(at, end - at, to);
        }
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
        } catch (JsonException | NoSuchElementException | CharacterCodingException e) {
            return false;
        }
    }
}
