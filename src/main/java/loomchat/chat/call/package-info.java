/**
 * Video and audio calls, as far as the server knows them: who of the two in a chat wants one. Media never comes here.
 *
 * <pre>
 *   CallSide       what one of the two wants; only ever replaced by what came later
 *   CallState      both sides, and what follows from them
 *   PairCalls      the state of one chat, its limits, and which server records it
 *   CallOptions    whether calls are on, and the STUN and TURN servers
 * </pre>
 *
 * <p>Each side's will is set by its own server alone, and states merge in any order and any number of times. So two
 * servers need no agreement: they tell each other what they know.
 */
package loomchat.chat.call;
