import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes two class archives that were dumped from the same input, one after the other, the same file: what differs is
 * set to zero. That is the time of the dump, in milliseconds since the machine was started, which every soft reference
 * in the archived heap has, and the checksums over it, which the JVM reads with -XX:+VerifySharedSpaces only. A
 * difference of any other kind ends the build.
 *
 * <p>{@code java StableArchive.java FIRST SECOND}: FIRST is changed.
 */
final class StableArchive {
    /** The header; its words are of 4 bytes, those of the heap of 8. */
    private static final int HEADER_BYTES = 4096;
    /** Checksums of the header and of the regions: heap and, in other JDKs, more. */
    private static final int MOST_IN_HEADER = 8;
    /** A thousand soft references are three times as many as there are. */
    private static final int MOST_IN_HEAP = 1000;
    /** Between two dumps passes less than this. */
    private static final long MOST_MILLIS = 600_000;

    private StableArchive() {}

    public static void main(String[] files) throws IOException {
        try (FileChannel first = FileChannel.open(Path.of(files[0]), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel second = FileChannel.open(Path.of(files[1]))) {
            if (first.size() != second.size()) {
                throw new IOException("The two archives differ in size: " + first.size() + " and " + second.size());
            }
            MappedByteBuffer changed = first.map(FileChannel.MapMode.READ_WRITE, 0, first.size());
            MappedByteBuffer other = second.map(FileChannel.MapMode.READ_ONLY, 0, second.size());
            changed.order(java.nio.ByteOrder.LITTLE_ENDIAN);
            other.order(java.nio.ByteOrder.LITTLE_ENDIAN);
            int header = clearHeader(changed, other);
            int heap = clearTimes(changed, other);
            System.out.println("The class archive: " + heap + " times and " + header + " checksums set to zero");
        }
    }

    private static int clearHeader(ByteBuffer changed, ByteBuffer other) throws IOException {
        int count = 0;
        for (int at = 0; at < HEADER_BYTES; at += Integer.BYTES) {
            if (changed.getInt(at) != other.getInt(at)) {
                changed.putInt(at, 0);
                count++;
            }
        }
        return atMost(MOST_IN_HEADER, count, "words in their headers");
    }

    private static int clearTimes(ByteBuffer changed, ByteBuffer other) throws IOException {
        int count = 0;
        for (int at = HEADER_BYTES; at <= changed.limit() - Long.BYTES; at += Long.BYTES) {
            long difference = other.getLong(at) - changed.getLong(at);
            if (difference != 0) {
                if (difference < 0 || difference > MOST_MILLIS) {
                    throw new IOException("The two archives differ in more than the time, at byte " + at);
                }
                changed.putLong(at, 0);
                count++;
            }
        }
        return atMost(MOST_IN_HEAP, count, "times");
    }

    private static int atMost(int most, int count, String what) throws IOException {
        if (count > most) {
            throw new IOException("The two archives differ in " + count + " " + what + ", which is too many");
        }
        return count;
    }
}
