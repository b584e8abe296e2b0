/* Counts of durations in buckets less than 1 % wide, up to any 64-bit value. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

#define HISTOGRAM_SUB_BITS 7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

typedef struct {
  uint64_t counts[HISTOGRAM_BUCKETS];
  uint64_t total;
  uint64_t max;
} histogram;

void histogram_record(histogram *h, uint64_t value);

/* The value below which that share of all values lies, 0 without any. */
uint64_t histogram_at(const histogram *h, double share);

#endif
