/*
 * One WebSocket connection: its socket, what is not sent and not read whole yet, and how far it has come. All
 * connections share one thread, one epoll and one buffer to read into. What a connection hears goes to the functions
 * on_... below, which the load implements.
 */
#ifndef CONNECTION_H
#define CONNECTION_H
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

typedef enum {
  CLOSED,     /* not opened yet, or ended as it should */
  CONNECTING, /* TCP */
  UPGRADING,  /* the request is sent */
  OPENING,    /* upgraded, but the protocol has a handshake of its own */
  WAITING,    /* for a partner */
  MATCHED,
  LEAVING, /* our close frame is sent; the server ends the connection */
  DEAD     /* ended as it should not */
} connection_state;

typedef struct {
  int fd;
  connection_state state;
  char *unsent;
  size_t unsent_at, unsent_end, unsent_capacity;
  char *unread; /* the beginning of a frame */
  size_t unread_size, unread_capacity;
  int wants_to_write;
  uint64_t opened_at;
  /* The load's own. */
  uint32_t said;
  uint32_t heard;
  int32_t partner; /* -1: nothing heard yet */
} connection;

/* Where connections go, the same for all. */
typedef struct {
  struct sockaddr_in address;
  const char *path;
  const protocol *spoken;
  int epoll;
} destination;

extern destination target;

/* How and where from: a server that limits what one address does finds some addresses, where it is on this machine. */
void connection_open(connection *c, unsigned number);

/* What epoll tells. */
void connection_on_event(connection *c, uint32_t events);

/* False when so much waits to be sent already that nothing is added, or when the connection has ended. */
int connection_send(connection *c, const char *frame, size_t size);

/* Sends a close frame; the server ends the connection. */
void connection_leave(connection *c);

/* Monotonic time in nanoseconds. */
uint64_t now(void);

void on_ready(connection *c);
void on_matched(connection *c);
void on_chat(connection *c, const char *text, size_t length);

/* Ended, in the state that it had before; why is NULL when it ended as it should. */
void on_end(connection *c, connection_state before, const char *why);

#endif
