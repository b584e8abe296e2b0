/**
 * permessage-deflate (RFC 7692): its negotiation, and compressing and inflating single messages. Owns the compressors
 * of one end; each connection uses its own deflater and inflater, on the threads that send and read. Knows no frames
 * and no limits: output goes to a {@link loomchat.ws.deflate.ByteSink}, piece by piece, which may refuse it.
 */
package loomchat.ws.deflate;
