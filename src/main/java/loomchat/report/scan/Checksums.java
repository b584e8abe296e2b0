package loomchat.report.scan;

import java.util.zip.CRC32C;

/** CRC-32C of files that several threads read in chunks: the checksum of the chunks' checksums, in file order. */
public final class Checksums {
    private Checksums() {}

    public static int of(int[] parts) {
        CRC32C whole = new CRC32C();
        for (int part : parts) {
            for (int shift = 0; shift < 32; shift += 8) {
                whole.update(part >>> shift);
            }
        }
        return (int) whole.getValue();
    }

    public static int of(byte[] bytes, int from, int to) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, to - from);
        return (int) checksum.getValue();
    }

    public static String hex(int checksum) {
        return "%08x".formatted(checksum);
    }
}
