#define _GNU_SOURCE
#include "message.h"

#include <stdlib.h>
#include <string.h>

#include "websocket.h"

static const char words[] = "the quick brown fox jumps over the lazy dog, ";

/* A stamp is "T=", 16 digits, ";", 8 digits, ";", 8 digits, ";". */
enum { TIME_AT = 2, SENDER_AT = 19, SEQUENCE_AT = 28 };

static void write_hex(char *to, uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; i--, value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

static int read_hex(const char *from, int digits, uint64_t *value) {
  *value = 0;
  for (int i = 0; i < digits; i++) {
    char c = from[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return 0;
    *value = *value << 4 | digit;
  }
  return 1;
}

void message_create(message *m, const protocol *spoken, size_t text_size) {
  size_t before = strlen(spoken->before), after = strlen(spoken->after), payload = before + text_size + after;
  m->frame = malloc(WS_HEADER_MAX + payload);
  m->filler = malloc(text_size);
  if (!m->frame || !m->filler) abort();
  m->text_size = text_size;
  for (size_t i = 0; i < text_size - MESSAGE_STAMP; i++) m->filler[i] = words[i % (sizeof words - 1)];
  size_t header = ws_write_header(m->frame, WS_TEXT, payload);
  m->size = header + payload;
  m->mask_offset = before;
  m->stamp_at = header + before;
  memcpy(m->frame + header, spoken->before, before);
  memcpy(m->frame + m->stamp_at + MESSAGE_STAMP, m->filler, text_size - MESSAGE_STAMP);
  memcpy(m->frame + m->stamp_at + text_size, spoken->after, after);
  ws_mask(m->frame + header, payload, 0);
}

void message_stamp(message *m, stamp s) {
  char *to = m->frame + m->stamp_at;
  memcpy(to, "T=", 2);
  write_hex(to + TIME_AT, s.time, 16);
  to[SENDER_AT - 1] = ';';
  write_hex(to + SENDER_AT, s.sender, 8);
  to[SEQUENCE_AT - 1] = ';';
  write_hex(to + SEQUENCE_AT, s.sequence, 8);
  to[MESSAGE_STAMP - 1] = ';';
  ws_mask(to, MESSAGE_STAMP, m->mask_offset);
}

int message_check(const message *m, const char *text, size_t length, stamp *s) {
  const char *at = memmem(text, length < 64 ? length : 64, "T=", 2);
  uint64_t sender, sequence;
  if (!at || (size_t)(text + length - at) < m->text_size || !read_hex(at + TIME_AT, 16, &s->time) ||
      !read_hex(at + SENDER_AT, 8, &sender) || !read_hex(at + SEQUENCE_AT, 8, &sequence))
    return 0;
  s->sender = sender;
  s->sequence = sequence;
  return !memcmp(at + MESSAGE_STAMP, m->filler, m->text_size - MESSAGE_STAMP);
}
