package loomchat.report.rollup;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The first line of a rollup file: which segment it was made of and where its two parts are.
 *
 * @param format which version of the program's rollups it is
 * @param first time of the segment's first line, {@code LogTimes.UNKNOWN} if no line has a time
 * @param last time of its last line
 * @param fineSeconds bucket width of the finer of its two series
 * @param headBytes where the sums and the coarse series end and the fine series begins
 * @param fineBytes where the fine series ends and the blocks begin, 0 without blocks
 * @param head checksum of everything before {@code headBytes}, this line included
 * @param tail checksum of everything after it and before {@code fineBytes}
 * @param blocks checksum of the blocks
 */
public record RollupHeader(
        int format,
        Source source,
        long first,
        long last,
        long fineSeconds,
        long headBytes,
        long fineBytes,
        String head,
        String tail,
        String blocks) {
    /**
     * 1 is without calls, 2 without reports, resumes, visitors' blocks, lines of marks, other events and blocks of the
     * file, 3 without how long each stall of the log was. All are still read where the lines are gone.
     */
    static final int FORMAT = 4;

    private static final int FIRST_WITH_BLOCKS = 3;

    private static final int OLDEST_FORMAT = 1;
    static final int MOST_BYTES = 1024;
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /**
     * The segment that a rollup was made of.
     *
     * @param modifiedMillis when it was last written
     * @param checksum of the whole segment, in the chunks of {@code Checksums}
     * @param ends checksum of its first and last bytes, which can be checked for each query
     */
    record Source(long bytes, long modifiedMillis, String checksum, String ends) {}

    /** A header whose length and checksums are not known yet. */
    RollupHeader(Source source, long first, long last, long fineSeconds) {
        this(FORMAT, source, first, last, fineSeconds, 0, 0, "00000000", "00000000", "00000000");
    }

    /** Whether it lacks what rollups of this version have. */
    boolean isOld() {
        return format < FORMAT;
    }

    public long bytes() {
        return source.bytes;
    }

    boolean hasBlocks() {
        return fineBytes > 0;
    }

    /** The line without its checksums, which cover it. */
    String withoutChecksums() {
        return ("{\"format\":%d,\"bytes\":%d,\"modifiedMillis\":%d,\"checksum\":\"%s\",\"edges\":\"%s\",\"first\":%d,"
                        + "\"last\":%d,\"fineSeconds\":%d,\"headBytes\":%d,%s")
                .formatted(
                        format,
                        source.bytes,
                        source.modifiedMillis,
                        source.checksum,
                        source.ends,
                        first,
                        last,
                        fineSeconds,
                        headBytes,
                        hasBlocks() ? "\"fineBytes\":" + fineBytes + "," : "");
    }

    String line() {
        return withoutChecksums() + "\"head\":\"" + head + "\",\"tail\":\"" + tail + "\",\"blockChecksum\":\"" + blocks
                + "\",\n";
    }

    RollupHeader withPlaces(long headEnd, long fineEnd) {
        return new RollupHeader(format, source, first, last, fineSeconds, headEnd, fineEnd, head, tail, blocks);
    }

    RollupHeader withChecksums(String headChecksum, String tailChecksum, String blockChecksum) {
        return new RollupHeader(
                format,
                source,
                first,
                last,
                fineSeconds,
                headBytes,
                fineBytes,
                headChecksum,
                tailChecksum,
                blockChecksum);
    }

    static RollupHeader parse(byte[] file, int lineEnd) throws IOException {
        String line = new String(file, 0, lineEnd, StandardCharsets.UTF_8);
        if (!line.endsWith(",")) {
            throw new IOException("the first line is damaged");
        }
        try (JsonReader reader = READERS.createReader(new StringReader(line.substring(0, line.length() - 1) + "}"))) {
            JsonObject json = reader.readObject();
            int format = json.getInt("format");
            if (format < OLDEST_FORMAT || format > FORMAT) {
                throw new IOException("format " + format + " is not known");
            }
            Source source = new Source(
                    wholeNumber(json, "bytes"),
                    wholeNumber(json, "modifiedMillis"),
                    json.getString("checksum"),
                    json.getString("edges"));
            return new RollupHeader(
                    format,
                    source,
                    wholeNumber(json, "first"),
                    wholeNumber(json, "last"),
                    wholeNumber(json, "fineSeconds"),
                    wholeNumber(json, "headBytes"),
                    format < FIRST_WITH_BLOCKS ? 0 : wholeNumber(json, "fineBytes"),
                    json.getString("head"),
                    json.getString("tail"),
                    json.getString("blockChecksum", ""));
        } catch (RuntimeException e) {
            throw new IOException("the first line is damaged", e);
        }
    }

    private static long wholeNumber(JsonObject json, String name) {
        return json.getJsonNumber(name).longValueExact();
    }
}
