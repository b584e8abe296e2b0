package loomchat.loadtest.scenario;

/** From the number of clients before to {@code clients}: one each {@code everyNanos}, or evenly over {@code overNanos}. */
record Stage(int clients, long everyNanos, long overNanos) {
    long nanosFrom(int before) {
        return everyNanos > 0 ? everyNanos * Math.abs(clients - before) : overNanos;
    }
}
