#define _GNU_SOURCE
#include "protocol.h"

#include <string.h>

/* Whatever stands before a text is short: nothing is looked for in the text itself. */
#define HEAD 60

static int starts(const char *text, size_t length, const char *with) {
  size_t count = strlen(with);
  return length >= count && !memcmp(text, with, count);
}

static int holds(const char *text, size_t length, const char *what) {
  return memmem(text, length < HEAD ? length : HEAD, what, strlen(what)) != NULL;
}

/* {"type":"info","msg":"..."} and {"type":"chat","msg":"..."}: docs/protocol.md. */
static event read_plain(const char *text, size_t length) {
  if (starts(text, length, "{\"type\":\"chat\"")) return (event){EVENT_CHAT, NULL};
  if (holds(text, length, "You are connected to a stranger")) return (event){EVENT_MATCHED, NULL};
  if (holds(text, length, "Stranger disconnected")) return (event){EVENT_LEFT, NULL};
  return (event){EVENT_OTHER, NULL};
}

/*
 * The first digit is Engine.IO's packet type (0 open, 1 close, 2 ping, 3 pong, 4 message), the second that of Socket.IO
 * inside a message (0 connect, 1 disconnect, 2 event, 4 connect error): protocol versions 4 and 5.
 */
static event read_socket_io(const char *text, size_t length) {
  if (starts(text, length, "42[\"chat\",")) return (event){EVENT_CHAT, NULL};
  if (starts(text, length, "42[\"matched\"")) return (event){EVENT_MATCHED, NULL};
  if (starts(text, length, "42[\"left\"")) return (event){EVENT_LEFT, NULL};
  if (starts(text, length, "0{")) return (event){EVENT_ASKS, "40"};
  if (starts(text, length, "40")) return (event){EVENT_READY, NULL};
  if (length == 1 && *text == '2') return (event){EVENT_ASKS, "3"};
  if (starts(text, length, "41") || starts(text, length, "44") || starts(text, length, "1"))
    return (event){EVENT_REFUSED, NULL};
  return (event){EVENT_OTHER, NULL};
}

static const protocol protocols[] = {
    {"plain", "/", "", "", 1, read_plain},
    {"socket.io", "/socket.io/?EIO=4&transport=websocket", "42[\"chat\",\"", "\"]", 0, read_socket_io},
};

const protocol *protocol_named(const char *name) {
  for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
    if (!strcmp(protocols[i].name, name)) return &protocols[i];
  return NULL;
}
