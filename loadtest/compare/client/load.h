/*
 * Plays one load: connect, warm up, measure, wait for what is on its way, leave. One thread does all of it, and waits
 * in one place.
 */
#ifndef LOAD_H
#define LOAD_H
#include <sys/types.h>

#include "histogram.h"

typedef enum {
  RELAY,  /* pairs talk */
  IDLE,   /* pairs are silent */
  CONNECT /* clients come and go: handshake, close, and again */
} load_kind;

typedef struct {
  load_kind kind;
  int clients;
  int text_size;
  int seconds;
  int warmup;
  int rate;   /* messages a second of all clients together, or 0: each client answers a message with the next */
  int window; /* messages of a client on their way at once, without a rate */
  int ramp;   /* connections opened a second */
  pid_t pid;  /* of the server, or 0 */
} load_options;

typedef struct {
  long connected, failed, matched, dead, stuck;
  long sent, received, unsent, out_of_order, damaged, misdelivered;
  char why[128]; /* the first connection that failed or died did so */
  double seconds;
  long count; /* messages that arrived, or handshakes that were completed, in these seconds */
  histogram latency;
  histogram lateness; /* of this client: how long after its time a message was sent */
  double server_cpu, client_cpu;
  long rss_before_kb, rss_kb;
} load_result;

void load_play(const load_options *options, load_result *result);

#endif
