package loomchat.zstd;

import java.util.zip.CRC32C;

/**
 * What a compressed file tells of the file that it was made of.
 *
 * @param bytes its size
 * @param modifiedMillis when it was last written
 * @param checksum CRC-32C of all of it
 * @param ends {@link #ends} of it
 * @param framesAreLines whether each frame begins with a line
 * @param key which file it was, as the system numbers files; empty where it does not
 */
public record Original(long bytes, long modifiedMillis, int checksum, int ends, boolean framesAreLines, String key) {
    /** So many bytes at the beginning and at the end tell a file from others. */
    public static final int END_BYTES = 4096;

    /** CRC-32C of the first and of the last {@link #END_BYTES} of a file, or of all of a shorter one twice. */
    public static int ends(byte[] first, int firstLength, byte[] last, int lastLength) {
        CRC32C checksum = new CRC32C();
        checksum.update(first, 0, firstLength);
        checksum.update(last, 0, lastLength);
        return (int) checksum.getValue();
    }
}
