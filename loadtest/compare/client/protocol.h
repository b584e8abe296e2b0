/* What the servers speak inside WebSocket messages: the plain protocol of Loomchat, or Socket.IO 4. */
#ifndef PROTOCOL_H
#define PROTOCOL_H
#include <stddef.h>

typedef enum {
  EVENT_OTHER,
  EVENT_ASKS,    /* the server waits for a reply */
  EVENT_READY,   /* the handshake is complete */
  EVENT_REFUSED, /* and the server closes */
  EVENT_MATCHED, /* there is a partner */
  EVENT_CHAT,    /* the partner said something */
  EVENT_LEFT     /* the partner is gone */
} event_type;

typedef struct {
  event_type type;
  const char *reply; /* to EVENT_ASKS */
} event;

typedef struct {
  const char *name;
  const char *path;   /* of the handshake, where none is given */
  const char *before; /* what stands before and after a text that is said */
  const char *after;
  int ready_after_upgrade; /* or only after EVENT_READY */
  event (*read)(const char *text, size_t length);
} protocol;

/* NULL for an unknown name. */
const protocol *protocol_named(const char *name);

#endif
