package loomchat.report.scan;

import java.util.zip.CRC32C;

/** CRC-32C of files that several threads read in parts. */
public final class Checksums {
    // Polynomials over the integers modulo 2, reversed: the highest bit is the coefficient of x^0.
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int X8 = 1 << 31 - 8;

    private Checksums() {}

    /** The checksum of two parts that follow each other; {@code bytes} is the length of the second one. */
    public static int joined(int first, int second, long bytes) {
        // A part of zeros multiplies the checksum before it by x^8 for each of them, modulo the polynomial.
        int shift = X8;
        int product = first;
        for (long left = bytes; left > 0; left >>>= 1) {
            if ((left & 1) != 0) {
                product = times(product, shift);
            }
            shift = times(shift, shift);
        }
        return product ^ second;
    }

    private static int times(int one, int other) {
        int product = 0;
        for (int shifted = other; one != 0; one <<= 1) {
            product ^= one < 0 ? shifted : 0;
            shifted = shifted >>> 1 ^ (shifted & 1) * POLYNOMIAL;
        }
        return product;
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
