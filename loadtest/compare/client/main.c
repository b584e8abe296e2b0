/*
 * A load client for relays that pair strangers, the same for every server: one thread, one epoll, nothing shared with
 * any of the servers. Plays one load and prints one line of JSON. Linux, for epoll and /proc.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "connection.h"
#include "load.h"
#include "message.h"

static const char usage[] =
    "loadclient --port PORT [--address 127.0.0.1] [--path PATH] [--protocol plain|socket.io] [--pid SERVER]\n"
    "           [--kind relay|idle|connect] --clients N [--bytes N] [--seconds N] [--warmup N] [--ramp N]\n"
    "           [--window N | --rate N]\n";

static void fail(const char *why, const char *value) {
  fprintf(stderr, "loadclient: %s %s\n%s", why, value, usage);
  exit(2);
}

static int number(const char *name, const char *value, int lowest, int highest) {
  char *rest;
  long parsed = strtol(value, &rest, 10);
  if (*rest || rest == value || parsed < lowest || parsed > highest) fail(name, value);
  return (int)parsed;
}

static load_kind kind_named(const char *name) {
  if (!strcmp(name, "relay")) return RELAY;
  if (!strcmp(name, "idle")) return IDLE;
  if (!strcmp(name, "connect")) return CONNECT;
  fail("no such kind of load:", name);
  return RELAY;
}

static void read_options(int count, char **values, load_options *o) {
  static const struct option known[] = {
      {"address", 1, NULL, 'a'}, {"port", 1, NULL, 'p'},   {"path", 1, NULL, 'u'},    {"protocol", 1, NULL, 'P'},
      {"pid", 1, NULL, 'S'},     {"kind", 1, NULL, 'k'},   {"clients", 1, NULL, 'c'}, {"bytes", 1, NULL, 'b'},
      {"seconds", 1, NULL, 's'}, {"warmup", 1, NULL, 'w'}, {"ramp", 1, NULL, 'R'},    {"window", 1, NULL, 'W'},
      {"rate", 1, NULL, 'r'},    {NULL, 0, NULL, 0}};
  target.address.sin_family = AF_INET;
  target.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  target.spoken = protocol_named("plain");
  for (int o_name = getopt_long(count, values, "", known, NULL); o_name != -1;
       o_name = getopt_long(count, values, "", known, NULL)) {
    switch (o_name) {
      case 'a':
        if (inet_pton(AF_INET, optarg, &target.address.sin_addr) != 1) fail("not an IPv4 address:", optarg);
        break;
      case 'p': target.address.sin_port = htons(number("not a port:", optarg, 1, 65535)); break;
      case 'u': target.path = optarg; break;
      case 'P':
        target.spoken = protocol_named(optarg);
        if (!target.spoken) fail("no such protocol:", optarg);
        break;
      case 'S': o->pid = number("not a process:", optarg, 0, 1 << 30); break;
      case 'k': o->kind = kind_named(optarg); break;
      case 'c': o->clients = number("not 2 to 100000 clients:", optarg, 2, 100000) & ~1; break;
      case 'b': o->text_size = number("not 48 to 65536 bytes:", optarg, MESSAGE_MIN, MESSAGE_MAX); break;
      case 's': o->seconds = number("not 1 to 3600 seconds:", optarg, 1, 3600); break;
      case 'w': o->warmup = number("not 0 to 3600 seconds:", optarg, 0, 3600); break;
      case 'R': o->ramp = number("not 1 to 1000000 connections a second:", optarg, 1, 1000000); break;
      case 'W': o->window = number("not 1 to 1000 messages at once:", optarg, 1, 1000); break;
      case 'r': o->rate = number("not 1 to 10000000 messages a second:", optarg, 1, 10000000); break;
      default: fail("see", "above");
    }
  }
  if (!target.address.sin_port || !o->clients || optind < count) fail("--port and --clients are missing", "");
  if (!target.path) target.path = target.spoken->path;
  if (o->kind != RELAY) o->rate = 0;
}

/* As many open files as this user may have, and enough for the load. */
static void allow_files(int clients) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files)) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < (rlim_t)clients + 20) {
    fprintf(stderr, "loadclient: %d clients need as many open files, and ulimit -n allows %llu\n", clients,
            (unsigned long long)files.rlim_cur);
    exit(2);
  }
}

static double micros(const histogram *h, double share) { return histogram_at(h, share) / 1e3; }

static void print(const load_options *o, load_result *r) {
  /* What a server sent may be in it: nothing that JSON or a table would take for its own. */
  for (char *c = r->why; *c; c++)
    if (*c < ' ' || *c > '~' || strchr("\"\\|<>`", *c)) *c = '?';
  long undelivered = r->sent > r->received ? r->sent - r->received : 0;
  printf("{\"clients\":%d,\"connected\":%ld,\"failed\":%ld,\"matched\":%ld,\"dead\":%ld,\"stuck\":%ld,\"why\":\"%s\",",
         o->clients, r->connected, r->failed, r->matched, r->dead, r->stuck, r->why);
  printf("\"sent\":%ld,\"received\":%ld,\"unsent\":%ld,\"undelivered\":%ld,\"outOfOrder\":%ld,\"damaged\":%ld,"
         "\"misdelivered\":%ld,",
         r->sent, r->received, r->unsent, undelivered, r->out_of_order, r->damaged, r->misdelivered);
  printf("\"seconds\":%.3f,\"count\":%ld,\"perSecond\":%.1f,", r->seconds, r->count,
         r->seconds > 0 ? r->count / r->seconds : 0);
  printf("\"p50Micros\":%.1f,\"p90Micros\":%.1f,\"p99Micros\":%.1f,\"p999Micros\":%.1f,\"maxMicros\":%.1f,"
         "\"lateP99Micros\":%.1f,",
         micros(&r->latency, .5), micros(&r->latency, .9), micros(&r->latency, .99), micros(&r->latency, .999),
         r->latency.max / 1e3, micros(&r->lateness, .99));
  printf("\"serverCpuSeconds\":%.2f,\"serverCpuMicros\":%.3f,\"clientCpuSeconds\":%.2f,\"rssBeforeKb\":%ld,"
         "\"rssKb\":%ld}\n",
         r->server_cpu, r->count ? r->server_cpu * 1e6 / r->count : 0, r->client_cpu, r->rss_before_kb, r->rss_kb);
}

int main(int count, char **values) {
  load_options options = {
      .kind = RELAY, .text_size = 100, .seconds = 5, .warmup = 1, .window = 1, .ramp = 4000};
  static load_result result;
  read_options(count, values, &options);
  allow_files(options.clients);
  load_play(&options, &result);
  print(&options, &result);
  return 0;
}
