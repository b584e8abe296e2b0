/**
 * The identities of simulated users (docs/identity.md): sessions over HTTP, access tokens and refresh cookies, visitors
 * who keep to the rules and some who do not. Everything that the server answers has an expectation; what differs is
 * counted. It opens no WebSocket and knows no chat.
 *
 * <pre>
 *   Identities         what the identities of a run share: requests, counts, checks
 *   VisitorIdentity    one user's identity over all of its visits
 *   IdentityVisit      looks after the tokens of one visit, on a thread of its own:
 *     HonestVisit        refreshes, renews, loses answers, asks several times at once
 *     ThiefVisit         sends an old refresh token again
 *     SleeperVisit       lets its token expire
 *   Forger             makes tokens that are not valid
 *   SessionClient      POST /session, POST /session/refresh, DELETE /session, GET /work
 *   WorkThreads        the proof of work for guests and new sessions
 * </pre>
 *
 * <p>User threads and the threads of {@code IdentityVisit} call it and may wait for an answer, always until a
 * deadline. A token is in no text that this package makes for people.
 */
package loomchat.loadtest.identity;
