package loomchat.graph;

/** How the values of a graph are written. {@code report-graphs.js} knows them by their keys. */
public enum Unit {
    COUNT("count"),
    RATE("rate"),
    BYTES("bytes"),
    BYTES_RATE("bytesRate"),
    PERCENT("percent"),
    MICROS("micros"),
    MILLIS("millis"),
    MILLIS_RATE("millisRate");

    public final String key;

    Unit(String key) {
        this.key = key;
    }

    public String format(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        return switch (this) {
            case COUNT -> Numbers.number(value);
            case RATE -> Numbers.number(value) + "/s";
            case BYTES -> Numbers.bytes(value);
            case BYTES_RATE -> Numbers.bytes(value) + "/s";
            case PERCENT -> Numbers.number(value) + " %";
            case MICROS -> Numbers.number(value) + " µs";
            case MILLIS -> Numbers.number(value) + " ms";
            case MILLIS_RATE -> Numbers.number(value) + " ms/s";
        };
    }
}
