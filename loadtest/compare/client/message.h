/*
 * The texts of a load. Each says when it should have been sent, by whom, and as which of the sender's messages, and is
 * filled up to its size with a known text: so the receiver sees what was lost, doubled, reordered, changed or given to
 * somebody else. All characters are ASCII, and JSON escapes none.
 */
#ifndef MESSAGE_H
#define MESSAGE_H
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

#define MESSAGE_STAMP 37
#define MESSAGE_MIN 48
#define MESSAGE_MAX 65536

/* A frame that is ready to be sent but for its stamp. */
typedef struct {
  char *frame;
  size_t size;
  size_t stamp_at;    /* in the frame */
  size_t mask_offset; /* of the stamp in the payload */
  size_t text_size;
  char *filler; /* what follows the stamp */
} message;

typedef struct {
  uint64_t time;
  uint32_t sender;
  uint32_t sequence;
} stamp;

void message_create(message *m, const protocol *spoken, size_t text_size);

void message_stamp(message *m, stamp s);

/* False when the text is not one of these, whole and unchanged. */
int message_check(const message *m, const char *text, size_t length, stamp *s);

#endif
