package loomchat.report;

/**
 * What one scanning thread adds lines up in. The scanner calls it with its own buffer; positions are indexes into it.
 *
 * @param <T> the tally itself
 * @param <P> what must be put together in file order
 */
interface Tally<T, P> {
    /** Adds the sums of another thread or segment. What has an order is put together by {@link Reading}. */
    void merge(T other);

    long first();

    long last();

    /** Notes that there are lines between these times, which may be {@link Times#UNKNOWN}. */
    void spans(long from, long to);

    long lines();

    long skippedLines();

    /**
     * Reads the line at {@code at} if it is canonical and ends before {@code limit}.
     *
     * @return where the next line begins, or -1 when another way of reading it has to be tried
     */
    int fast(byte[] bytes, int at, int limit);

    /** Reads the line from {@code from} to {@code to}, without its newline, as JSON; false if it is no line of ours. */
    boolean slow(byte[] bytes, int from, int to);

    /** A line that nobody could read. */
    void skipped();

    /** The end of the file, after its last newline, that is no whole line. */
    void torn();

    void beginPart();

    /** What the part since {@link #beginPart()} has to say in file order. */
    P endPart();
}
