package loomchat.report.scan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The file to which a server writes, open as it was at one moment.
 *
 * @param file null if there is none
 * @param key tells the file from others whatever its name is
 */
record ActiveFile(FileChannel file, Object key, long size) {
    static final ActiveFile NONE = new ActiveFile(null, null, 0);
    /** No server seals files so fast: more would be of a file system that gives a file another key each time. */
    private static final int MOST_TRIES = 100;

    /** The file of this name. It may be sealed, and another one get its name, between any two steps. */
    static ActiveFile open(Path path) throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            Object key = LogFolder.keyOf(path);
            FileChannel file = null;
            try {
                file = LogFolder.open(path);
                // When the name was that of the same file before and after, it is the one that was opened.
                if (Objects.equals(key, LogFolder.keyOf(path))) {
                    return new ActiveFile(file, key, file.size());
                }
                file.close();
            } catch (NoSuchFileException e) {
                close(file);
            } catch (IOException e) {
                close(file);
                throw e;
            }
        }
        throw new IOException("it is another file each time it is looked at");
    }

    private static void close(FileChannel file) throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
