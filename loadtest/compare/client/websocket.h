/* Frames of RFC 6455 as a client writes and reads them. No state and no input or output. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H
#include <stddef.h>

enum { WS_TEXT = 1, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

#define WS_HEADER_MAX 14

typedef struct {
  int opcode;
  size_t header; /* bytes before the payload */
  size_t length; /* bytes of payload */
} ws_frame;

/* Writes the header of a final, masked frame and returns its size. */
size_t ws_write_header(char *to, int opcode, size_t length);

/* Masks the bytes that begin at that offset of a payload. */
void ws_mask(char *bytes, size_t count, size_t offset);

/*
 * Reads a frame of a server. Returns its size when all of it is here, 0 when some is missing, and -1 for what a server
 * may not send to a client that offered no extension, or for a part of a fragmented message, which this client does
 * not know. The header is in the frame as soon as it is complete, its opcode 0 before.
 */
long ws_read(const char *from, size_t count, ws_frame *frame);

#endif
