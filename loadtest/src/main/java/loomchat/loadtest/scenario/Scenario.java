package loomchat.loadtest.scenario;

import java.util.List;

/**
 * What a run plays, complete and checked. Times are in nanoseconds.
 *
 * @param clients most users that are on at the same time
 * @param stages how many users are on when; the last number holds until the end
 * @param duration from the first connect to the last send
 * @param rate messages a second over all users (open model), 0: each persona's own pace
 * @param drain longest wait after the last send for what is still on its way
 * @param capacity what to search for, or null
 */
public record Scenario(
        String name,
        String about,
        int clients,
        List<Stage> stages,
        long duration,
        int rate,
        List<Persona> personas,
        List<Threshold> thresholds,
        long seed,
        long drain,
        long connectTimeout,
        Capacity capacity) {
    /** The header of a message has room for so many numbers of users. */
    static final int MOST_CLIENTS = 1 << 24;

    /** Whether this is the number of clients or the rate, where to begin and end, and how long to stay at each value. */
    public record Capacity(boolean ofClients, int from, int to, double factor, long step, double precision) {}

    /** Whether nobody is matched with anybody. */
    public boolean echo() {
        return personas.stream().allMatch(each -> each.protocol() == Protocol.ECHO);
    }

    /** The persona of user {@code number}: weights hold for any number of users, whatever the order of connects. */
    public int personaOf(int number) {
        double at = (seed * 0.754877666 + number * 0.6180339887498949) % 1;
        double left = (at < 0 ? at + 1 : at)
                * personas.stream().mapToInt(Persona::weight).sum();
        for (int i = 0; i < personas.size(); i++) {
            left -= personas.get(i).weight();
            if (left < 0) {
                return i;
            }
        }
        return personas.size() - 1;
    }

    /** The same at a rate over all users. */
    Scenario rated(int newRate) {
        if (newRate == 0) {
            return this;
        }
        double weights = personas.stream().mapToInt(Persona::weight).sum();
        double sending = personas.stream()
                .filter(Persona::sends)
                .mapToInt(Persona::weight)
                .sum();
        double senders = clients * sending / weights;
        List<Persona> paced = personas.stream()
                .map(p -> p.sends()
                        ? p.every(Quantity.fixed(
                                Math.round(1e9 * senders * p.burst().mean() / newRate)))
                        : p)
                .toList();
        return new Scenario(
                name,
                about,
                clients,
                stages,
                duration,
                newRate,
                paced,
                thresholds,
                seed,
                drain,
                connectTimeout,
                capacity);
    }

    /** The same with that many clients at that rate, for one step of a search. */
    public Scenario at(int newClients, int newRate) {
        double scale = (double) newClients / clients;
        List<Stage> scaled = stages.stream()
                .map(s -> new Stage((int) Math.round(s.clients() * scale), s.everyNanos(), s.overNanos()))
                .toList();
        long ramp = 0;
        int before = 0;
        for (Stage each : scaled) {
            ramp += each.nanosFrom(before);
            before = each.clients();
        }
        return new Scenario(
                        name,
                        about,
                        newClients,
                        scaled,
                        ramp + capacity.step(),
                        newRate,
                        personas,
                        thresholds,
                        seed,
                        drain,
                        connectTimeout,
                        capacity)
                .rated(newRate);
    }
}
