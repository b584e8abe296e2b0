#define _GNU_SOURCE
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

#include "connection.h"
#include "message.h"
#include "process.h"

#define MILLISECOND 1000000ull
#define SECOND (1000 * MILLISECOND)
#define MATCH_DEADLINE (20 * SECOND)
#define DRAIN_DEADLINE (5 * SECOND)
#define LEAVE_DEADLINE (5 * SECOND)
/* Messages that are due within this time go out together: a client that wakes up for each takes a core for itself. */
#define SHORTEST_WAIT 50000ull
#define FAILURES_MAX 1000

typedef enum { CONNECTING_ALL, WARMING_UP, MEASURING, DRAINING, LEAVING_ALL, DONE } load_phase;

static const load_options *options;
static load_result *result;
static connection *connections;
static message text;
static process_tree server;
static load_phase phase;
static uint64_t phase_ends;
static uint64_t began; /* connecting, then sending at a rate */
static uint64_t measured_from;
static double server_cpu, client_cpu; /* when that began */
static uint64_t said;                 /* at a rate */
static int opened, next_speaker, slots_used;

static int is_playing(void) { return phase == WARMING_UP || phase == MEASURING; }

static void enter(load_phase next, uint64_t until) {
  phase = next;
  phase_ends = until;
}

/* Nobody is left to play. */
static int is_over(void) { return options->kind != CONNECT && result->failed + result->dead >= options->clients; }

static int is_open(const connection *c) { return c->fd >= 0; }

static int count_open(void) {
  int open = 0;
  for (int i = 0; i < options->clients; i++) open += is_open(&connections[i]);
  return open;
}

/* time: when it should be sent, from which its latency counts. */
static void say(connection *c, uint64_t time) {
  message_stamp(&text, (stamp){time, c - connections, c->said});
  if (connection_send(c, text.frame, text.size)) {
    c->said++;
    result->sent++;
  } else {
    result->unsent++;
  }
}

void on_ready(connection *c) {
  result->connected++;
  if (options->kind != CONNECT) return;
  if (phase == MEASURING) {
    result->count++;
    histogram_record(&result->latency, now() - c->opened_at);
  }
  connection_leave(c);
}

void on_matched(connection *c) {
  (void)c;
  result->matched++;
}

void on_chat(connection *c, const char *heard, size_t length) {
  stamp s;
  if (!message_check(&text, heard, length, &s)) {
    result->damaged++;
  } else {
    if (c->partner < 0) c->partner = s.sender;
    if (c->partner != (int32_t)s.sender) {
      result->misdelivered++;
    } else {
      if (s.sequence != c->heard) result->out_of_order++;
      c->heard = s.sequence + 1;
      result->received++;
    }
    if (phase == MEASURING) {
      uint64_t t = now();
      result->count++;
      histogram_record(&result->latency, t > s.time ? t - s.time : 0);
    }
  }
  if (!options->rate && is_playing()) say(c, now());
}

void on_end(connection *c, connection_state before, const char *why) {
  (void)c;
  if (!why || phase == LEAVING_ALL) return;
  if (before < WAITING) {
    result->failed++;
  } else {
    result->dead++;
  }
  if (!result->why[0]) snprintf(result->why, sizeof result->why, "%s", why);
}

static void open_one(int slot) { connection_open(&connections[slot], slots_used++); }

static void open_due(uint64_t t) {
  uint64_t due = (t - began) * options->ramp / SECOND + 1;
  while (opened < options->clients && (uint64_t)opened < due) open_one(opened++);
}

static void start_playing(uint64_t t) {
  process_tree_find(&server, options->pid);
  began = now();
  enter(WARMING_UP, t + options->warmup * SECOND);
  if (options->kind != RELAY || options->rate) return;
  for (int i = 0; i < options->clients; i++)
    for (int k = 0; k < options->window && connections[i].state == MATCHED; k++) say(&connections[i], now());
}

static void start_measuring(void) {
  server_cpu = process_tree_cpu_seconds(&server);
  client_cpu = own_cpu_seconds();
  measured_from = now();
  enter(MEASURING, measured_from + options->seconds * SECOND);
}

static void end_measuring(void) {
  result->seconds = (now() - measured_from) / 1e9;
  process_tree_find(&server, options->pid);
  double server_used = process_tree_cpu_seconds(&server) - server_cpu;
  result->server_cpu = server_used > 0 ? server_used : 0; /* It has ended. */
  result->client_cpu = own_cpu_seconds() - client_cpu;
  result->rss_kb = process_tree_rss_kb(&server);
  enter(DRAINING, now() + DRAIN_DEADLINE);
}

static void leave_all(void) {
  enter(LEAVING_ALL, now() + LEAVE_DEADLINE);
  for (int i = 0; i < options->clients; i++)
    if (is_open(&connections[i]) && connections[i].state != LEAVING) connection_leave(&connections[i]);
}

/* Sends what is due by t, unless nobody is matched. */
static void say_due(uint64_t t) {
  for (uint64_t due = began + said * SECOND / options->rate; due <= t; due = began + said * SECOND / options->rate) {
    int tried = 0;
    while (connections[next_speaker].state != MATCHED && tried++ < options->clients)
      next_speaker = (next_speaker + 1) % options->clients;
    if (tried > options->clients) return;
    say(&connections[next_speaker], due);
    next_speaker = (next_speaker + 1) % options->clients;
    said++;
    if (phase == MEASURING) histogram_record(&result->lateness, t - due);
  }
}

static void come_again(void) {
  for (int i = 0; i < options->clients; i++)
    if (!is_open(&connections[i]) && result->failed + result->dead < FAILURES_MAX) open_one(i);
}

static void step(uint64_t t) {
  switch (phase) {
    case CONNECTING_ALL:
      open_due(t);
      if (options->kind == CONNECT ||
          (opened == options->clients && (result->matched + result->failed + result->dead >= opened || t > phase_ends)))
        start_playing(t);
      break;
    case WARMING_UP:
    case MEASURING:
      if (options->kind == CONNECT) come_again();
      if (options->rate) say_due(t);
      if (t < phase_ends && !is_over()) break;
      if (phase == WARMING_UP) {
        start_measuring();
      } else {
        end_measuring();
      }
      break;
    case DRAINING:
      if (result->received >= result->sent || t > phase_ends || !count_open()) leave_all();
      break;
    case LEAVING_ALL:
      if (!count_open() || t > phase_ends) enter(DONE, 0);
      break;
    case DONE:
      break;
  }
}

/* Until something arrives or the next step is due. */
static void wait_from(uint64_t t) {
  uint64_t wait = phase == CONNECTING_ALL ? MILLISECOND : 10 * MILLISECOND;
  if (is_playing() && phase_ends < t + wait) wait = phase_ends > t ? phase_ends - t : 0;
  if (is_playing() && options->rate) {
    uint64_t due = began + said * SECOND / options->rate, until_due = due > t ? due - t : 0;
    if (until_due < SHORTEST_WAIT) until_due = SHORTEST_WAIT;
    if (until_due < wait) wait = until_due;
  }
  struct epoll_event events[1024];
  struct timespec timeout = {0, (long)wait};
  int count = epoll_pwait2(target.epoll, events, sizeof events / sizeof *events, &timeout, NULL);
  for (int i = 0; i < count; i++) connection_on_event(events[i].data.ptr, events[i].events);
}

void load_play(const load_options *played, load_result *into) {
  options = played;
  result = into;
  connections = calloc(options->clients, sizeof *connections);
  if (!connections) abort();
  for (int i = 0; i < options->clients; i++) connections[i].fd = -1;
  message_create(&text, target.spoken, options->text_size);
  /* Waits end on time, instead of up to 50 us later. */
  prctl(PR_SET_TIMERSLACK, 1ul);
  target.epoll = epoll_create1(EPOLL_CLOEXEC);
  process_tree_find(&server, options->pid);
  result->rss_before_kb = process_tree_rss_kb(&server);
  began = now();
  /* Of which the last connections have MATCH_DEADLINE. */
  enter(CONNECTING_ALL, began + options->clients * SECOND / options->ramp + MATCH_DEADLINE);
  while (phase != DONE) {
    uint64_t t = now();
    step(t);
    wait_from(t);
  }
  result->stuck = count_open();
}
