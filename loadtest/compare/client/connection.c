#define _GNU_SOURCE
#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "websocket.h"

#define READ_BUFFER (256 * 1024)
#define UNSENT_MAX (4 * 1024 * 1024)
#define SOURCE_ADDRESSES 8

/* RFC 6455, 1.3: the example's key, and what a server answers to it. */
#define HANDSHAKE_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define HANDSHAKE_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

destination target;
static char buffer[READ_BUFFER];

uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + t.tv_nsec;
}

static void end(connection *c, const char *why) {
  connection_state before = c->state;
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  c->unsent_at = c->unsent_end = c->unread_size = 0;
  c->wants_to_write = 0;
  c->state = why ? DEAD : CLOSED;
  on_end(c, before, why);
}

static void watch(connection *c, int operation, int write) {
  struct epoll_event interest = {.events = EPOLLIN | (write ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(target.epoll, operation, c->fd, &interest);
  c->wants_to_write = write;
}

void connection_open(connection *c, unsigned number) {
  c->state = CONNECTING;
  c->said = c->heard = 0;
  c->partner = -1;
  c->opened_at = now();
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) {
    end(c, strerror(errno));
    return;
  }
  int on = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if ((ntohl(target.address.sin_addr.s_addr) >> 24) == 127) {
    struct sockaddr_in source = {.sin_family = AF_INET};
    source.sin_addr.s_addr = htonl(0x7f000002u + number % SOURCE_ADDRESSES);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    bind(c->fd, (struct sockaddr *)&source, sizeof source);
  }
  if (connect(c->fd, (struct sockaddr *)&target.address, sizeof target.address) < 0 && errno != EINPROGRESS) {
    end(c, strerror(errno));
    return;
  }
  watch(c, EPOLL_CTL_ADD, 1);
}

static void flush(connection *c) {
  while (c->unsent_at < c->unsent_end) {
    ssize_t sent = send(c->fd, c->unsent + c->unsent_at, c->unsent_end - c->unsent_at, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) {
        end(c, strerror(errno));
      } else if (!c->wants_to_write) {
        watch(c, EPOLL_CTL_MOD, 1);
      }
      return;
    }
    c->unsent_at += sent;
  }
  c->unsent_at = c->unsent_end = 0;
  if (c->wants_to_write) watch(c, EPOLL_CTL_MOD, 0);
}

int connection_send(connection *c, const char *bytes, size_t size) {
  if (c->fd < 0 || c->unsent_end - c->unsent_at > UNSENT_MAX) return 0;
  ssize_t sent = 0;
  if (c->unsent_at == c->unsent_end) {
    sent = send(c->fd, bytes, size, MSG_NOSIGNAL);
    if (sent == (ssize_t)size) return 1;
    if (sent < 0 && errno != EAGAIN) {
      end(c, strerror(errno));
      return 0;
    }
    if (sent < 0) sent = 0;
  }
  size_t rest = size - sent;
  if (c->unsent_end + rest > c->unsent_capacity) {
    memmove(c->unsent, c->unsent + c->unsent_at, c->unsent_end - c->unsent_at);
    c->unsent_end -= c->unsent_at;
    c->unsent_at = 0;
  }
  if (c->unsent_end + rest > c->unsent_capacity) {
    c->unsent_capacity = 2 * (c->unsent_end + rest);
    c->unsent = realloc(c->unsent, c->unsent_capacity);
    if (!c->unsent) abort();
  }
  memcpy(c->unsent + c->unsent_end, bytes + sent, rest);
  c->unsent_end += rest;
  if (!c->wants_to_write) watch(c, EPOLL_CTL_MOD, 1);
  return 1;
}

static void send_frame(connection *c, int opcode, const char *payload, size_t length) {
  char frame[WS_HEADER_MAX + 125];
  if (length > 125) length = 125;
  size_t header = ws_write_header(frame, opcode, length);
  memcpy(frame + header, payload, length);
  ws_mask(frame + header, length, 0);
  connection_send(c, frame, header + length);
}

void connection_leave(connection *c) {
  static const char normal[] = {1000 >> 8, (char)(1000 & 255)};
  c->state = LEAVING;
  send_frame(c, WS_CLOSE, normal, sizeof normal);
}

static void send_request(connection *c) {
  char request[1024], address[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &target.address.sin_addr, address, sizeof address);
  int size = snprintf(request, sizeof request,
                      "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: " HANDSHAKE_KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n",
                      target.path, address, ntohs(target.address.sin_port));
  c->state = UPGRADING;
  connection_send(c, request, size);
}

static void set_ready(connection *c) {
  c->state = WAITING;
  on_ready(c);
}

/* Reads the answer to the request; returns its size, or 0 when some is missing. */
static size_t read_answer(connection *c, const char *from, size_t count) {
  char *head_end = memmem(from, count, "\r\n\r\n", 4);
  if (!head_end) return 0;
  size_t size = head_end + 4 - from;
  if (count < 12 || memcmp(from, "HTTP/1.1 101", 12)) {
    char why[64];
    snprintf(why, sizeof why, "handshake refused: %.*s", count < 12 ? 0 : 12, from);
    end(c, why);
  } else if (!memmem(from, size, HANDSHAKE_ACCEPT, strlen(HANDSHAKE_ACCEPT))) {
    end(c, "handshake without the right Sec-WebSocket-Accept");
  } else if (target.spoken->ready_after_upgrade) {
    set_ready(c);
  } else {
    c->state = OPENING;
  }
  return size;
}

static void hear_text(connection *c, const char *text, size_t length) {
  event heard = target.spoken->read(text, length);
  switch (heard.type) {
    case EVENT_ASKS:
      send_frame(c, WS_TEXT, heard.reply, strlen(heard.reply));
      break;
    case EVENT_READY:
      if (c->state == OPENING) set_ready(c);
      break;
    case EVENT_REFUSED:
      end(c, "the server closed the Socket.IO connection");
      break;
    case EVENT_MATCHED:
      if (c->state == WAITING) {
        c->state = MATCHED;
        on_matched(c);
      }
      break;
    case EVENT_CHAT:
      on_chat(c, text, length);
      break;
    case EVENT_LEFT:
      end(c, "the partner left");
      break;
    case EVENT_OTHER:
      break;
  }
}

static void hear_frame(connection *c, const ws_frame *frame, const char *payload) {
  if (frame->opcode == WS_PING) {
    send_frame(c, WS_PONG, payload, frame->length);
  } else if (c->state == LEAVING) {
    /* Whatever was on its way. The server ends the connection after its close frame. */
  } else if (frame->opcode == WS_CLOSE) {
    char why[64];
    int code = frame->length < 2 ? 1005 : (unsigned char)payload[0] << 8 | (unsigned char)payload[1];
    snprintf(why, sizeof why, "closed by the server with code %d", code);
    end(c, why);
  } else if (frame->opcode == WS_TEXT) {
    hear_text(c, payload, frame->length);
  }
}

/* Returns how many bytes were whole frames. */
static size_t hear(connection *c, const char *from, size_t count) {
  size_t at = 0;
  if (c->state == UPGRADING) at = read_answer(c, from, count);
  while (c->fd >= 0 && c->state != UPGRADING && at < count) {
    ws_frame frame;
    long size = ws_read(from + at, count - at, &frame);
    if (size < 0 || (frame.opcode && frame.length > READ_BUFFER / 2)) {
      end(c, "the server broke the WebSocket protocol, or sent a fragment or more than 128 KiB");
    } else if (size == 0) {
      break;
    } else {
      hear_frame(c, &frame, from + at + frame.header);
      at += size;
    }
  }
  return at;
}

static void keep_unread(connection *c, const char *from, size_t count) {
  if (count > c->unread_capacity) {
    c->unread_capacity = count + 1024;
    c->unread = realloc(c->unread, c->unread_capacity);
    if (!c->unread) abort();
  }
  if (count) memcpy(c->unread, from, count);
  c->unread_size = count;
}

static void read_all(connection *c) {
  while (c->fd >= 0) {
    if (c->unread_size) memcpy(buffer, c->unread, c->unread_size);
    size_t room = READ_BUFFER - c->unread_size;
    ssize_t got = recv(c->fd, buffer + c->unread_size, room, 0);
    if (got <= 0) {
      if (got < 0 && errno == EAGAIN) return;
      const char *why = got == 0 ? "ended by the server without a close frame" : strerror(errno);
      end(c, c->state == LEAVING ? NULL : why);
      return;
    }
    size_t count = c->unread_size + got, used = hear(c, buffer, count);
    if (c->fd < 0) return;
    if (count - used > READ_BUFFER * 3 / 4) {
      end(c, "an answer without an end");
      return;
    }
    keep_unread(c, buffer + used, count - used);
    if ((size_t)got < room) return;
  }
}

void connection_on_event(connection *c, uint32_t events) {
  if (c->fd < 0) return;
  if (c->state == CONNECTING) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
      end(c, strerror(error));
    } else {
      watch(c, EPOLL_CTL_MOD, 0);
      send_request(c);
    }
    return;
  }
  if (events & EPOLLOUT) flush(c);
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_all(c);
}
