package loomchat.chat.visitor;

/**
 * What visitors may do, over all connections of an address or an identity. 0 is no limit.
 *
 * @param messagesPerAddress a second
 * @param messagesPerIdentity a second
 * @param connectionsPerIdentity at once
 * @param reportsPerHour of one identity, or of all guests at one address, about their partners
 * @param guestMessages and {@code guestBytes}: a second, of each guest
 * @param reportersToSuspend identities that report one within an hour, after which it is suspended; 0 for never
 */
public record VisitorLimits(
        int messagesPerAddress,
        int messagesPerIdentity,
        int connectionsPerIdentity,
        int reportsPerHour,
        long guestMessages,
        long guestBytes,
        int reportersToSuspend) {}
