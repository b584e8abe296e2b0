package loomchat.graph;

/** How the values of a graph are written. {@code report-graphs.js} knows them by their keys. */
public enum Unit {
    COUNT("count"),
    RATE("rate"),
    BYTES("bytes"),
    BYTES_RATE("bytesRate"),
    PERCENT("percent"),
    MILLIS("millis"),
    MILLIS_RATE("millisRate");

    public final String key;

    Unit(String key) {
        this.key = key;
    }

    public String format(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return switch (this) {
            case COUNT, RATE -> Numbers.number(value);
            case BYTES -> Numbers.bytes(value);
            case BYTES_RATE -> Numbers.bytes(value) + "/s";
            case PERCENT -> Numbers.number(value) + " %";
            case MILLIS -> Numbers.number(value) + " ms";
            case MILLIS_RATE -> Numbers.number(value) + " ms/s";
        };
    }
}
