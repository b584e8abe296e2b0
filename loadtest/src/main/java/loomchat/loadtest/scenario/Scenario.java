package loomchat.loadtest.scenario;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a run plays, complete and checked. Times are in nanoseconds.
 *
 * @param capacity what to search for, or null
 * @param cluster whether several servers are one, so that a user comes back to any of them
 */
public record Scenario(
        String name,
        String about,
        Load load,
        List<Persona> personas,
        Conditions conditions,
        long seed,
        Waits waits,
        Capacity capacity,
        boolean cluster) {
    /** The header of a message has room for so many users. */
    static final int MOST_CLIENTS = 1 << 24;

    /**
     * How many users there are, for how long.
     *
     * @param clients most users at the same time
     * @param stages how many users there are when; the last number holds until the end
     * @param duration from the first connect to the last send
     * @param rate messages a second over all users (open model), 0: each persona's own pace
     */
    public record Load(int clients, List<Stage> stages, long duration, int rate) {}

    /**
     * How long a run waits.
     *
     * @param drain longest wait after the last send for messages that are on their way
     * @param connect longest wait for TCP, TLS and the handshake together
     */
    public record Waits(long drain, long connect) {}

    /**
     * What a run has to meet.
     *
     * @param leftOut what the scenario or every run asks for otherwise, and this one does not
     */
    public record Conditions(List<Threshold> thresholds, List<String> leftOut) {}

    /**
     * The search for the highest value that passes: of clients or of the rate, from where to where, and how long at
     * each.
     */
    public record Capacity(boolean ofClients, int from, int to, double factor, long step, double precision) {}

    public int clients() {
        return load.clients();
    }

    public List<Threshold> thresholds() {
        return conditions.thresholds;
    }

    public long duration() {
        return load.duration();
    }

    /** Whether the server returns messages to their senders and matches nobody. */
    public boolean echo() {
        return personas.stream().allMatch(each -> each.protocol() == Protocol.ECHO);
    }

    /** Whether some users have an identity, so that the server must give out some. */
    public boolean identities() {
        return personas.stream().anyMatch(each -> each.identity() != null);
    }

    /** Whether some users call each other, so that the server must have calls. */
    public boolean calls() {
        return personas.stream().anyMatch(each -> each.calls() != null);
    }

    /** The persona of user {@code number}: weights hold for any number of users, whatever the order of connects. */
    public int personaOf(int number) {
        double at = (seed * 0.754877666 + number * 0.6180339887498949) % 1;
        double left = (at < 0 ? at + 1 : at) * weights();
        for (int i = 0; i < personas.size(); i++) {
            left -= personas.get(i).weight();
            if (left < 0) {
                return i;
            }
        }
        return personas.size() - 1;
    }

    private int weights() {
        return personas.stream().mapToInt(Persona::weight).sum();
    }

    /** The same under another load; users who send share a rate over all users. */
    Scenario under(Load other) {
        List<Persona> paced = other.rate() == 0 ? personas : paced(other);
        return new Scenario(name, about, other, paced, conditions, seed, waits, capacity, cluster);
    }

    private List<Persona> paced(Load other) {
        double share = other.rate() / (1e9 * senders(other.clients()));
        return personas.stream()
                .map(each -> each.sends() ? each.paced(Quantity.fixed(Math.round(interval(each, share)))) : each)
                .toList();
    }

    private static double interval(Persona persona, double share) {
        return persona.sending().burst().mean() / share;
    }

    /** How many of so many users send: weights hold only roughly for a few. */
    private int senders(int clients) {
        if (personas.stream().allMatch(Persona::sends)) {
            return clients;
        }
        long senders = IntStream.range(0, clients)
                .filter(each -> personas.get(personaOf(each)).sends())
                .count();
        return (int) Math.max(1, senders);
    }

    /** Messages a nanosecond that each user who sends has to send, 0: each persona has its own pace. */
    public double shareOfRate() {
        return load.rate() == 0 ? 0 : load.rate() / (1e9 * senders(load.clients()));
    }

    /**
     * Nanoseconds from one message, or burst, of a persona to the next, exact for a rate; NaN where they are drawn each
     * time.
     */
    public double[] intervals() {
        double share = shareOfRate();
        return personas.stream()
                .mapToDouble(each -> !each.sends()
                        ? Double.NaN
                        : share > 0
                                ? interval(each, share)
                                : each.sending().every().fixed())
                .toArray();
    }

    /** The same with so many clients, or at such a rate, for one step of a search. */
    public Scenario atStep(int value) {
        int clients = capacity.ofClients() ? value : load.clients();
        int rate = capacity.ofClients() ? load.rate() : value;
        List<Stage> stages = Stage.scaled(load.stages(), (double) clients / load.clients());
        return under(new Load(clients, stages, Stage.length(stages) + capacity.step(), rate));
    }
}
