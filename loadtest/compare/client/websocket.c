#include "websocket.h"

#include <stdint.h>
#include <string.h>

/* RFC 6455 wants a new key for each frame, against proxies that could be fooled. None is here, and one is cheaper. */
static const unsigned char key[4] = {0x4c, 0x6f, 0x9d, 0xe3};

size_t ws_write_header(char *to, int opcode, size_t length) {
  unsigned char *header = (unsigned char *)to;
  size_t size = 2;
  header[0] = 0x80 | opcode;
  if (length < 126) {
    header[1] = 0x80 | length;
  } else if (length < 65536) {
    header[1] = 0x80 | 126;
    header[2] = length >> 8;
    header[3] = length;
    size = 4;
  } else {
    header[1] = 0x80 | 127;
    for (int i = 0; i < 8; i++) header[2 + i] = (uint64_t)length >> (56 - 8 * i);
    size = 10;
  }
  memcpy(header + size, key, sizeof key);
  return size + sizeof key;
}

void ws_mask(char *bytes, size_t count, size_t offset) {
  for (size_t i = 0; i < count; i++) bytes[i] ^= key[(offset + i) & 3];
}

long ws_read(const char *from, size_t count, ws_frame *frame) {
  const unsigned char *b = (const unsigned char *)from;
  frame->opcode = 0;
  if (count < 2) return 0;
  /* Final, no reserved bit, not masked. */
  if ((b[0] & 0xf0) != 0x80 || b[1] & 0x80) return -1;
  int opcode = b[0] & 15, wide = b[1] == 126 ? 2 : b[1] == 127 ? 8 : 0;
  if (opcode != WS_TEXT && opcode != WS_CLOSE && opcode != WS_PING && opcode != WS_PONG) return -1;
  if (count < (size_t)(2 + wide)) return 0;
  uint64_t length = b[1];
  if (wide) {
    length = 0;
    for (int i = 0; i < wide; i++) length = length << 8 | b[2 + i];
    if (length >> 32) return -1;
  }
  frame->opcode = opcode;
  frame->header = 2 + wide;
  frame->length = length;
  size_t size = frame->header + frame->length;
  return count < size ? 0 : (long)size;
}
