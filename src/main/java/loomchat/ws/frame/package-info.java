/**
 * The octets of frames (RFC 6455, 5): opcodes and bits, masking, and the check of UTF-8. It keeps no state but that of
 * one check, and knows neither sockets nor messages.
 */
package loomchat.ws.frame;
