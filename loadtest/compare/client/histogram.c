/* Values below 128 have a bucket each. Above, each power of two has 128: the highest eight bits are the index. */
#include "histogram.h"

void histogram_record(histogram *h, uint64_t value) {
  unsigned shift = value >> HISTOGRAM_SUB_BITS ? 63 - HISTOGRAM_SUB_BITS - __builtin_clzll(value) : 0;
  h->counts[(shift << HISTOGRAM_SUB_BITS) + (value >> shift)]++;
  h->total++;
  if (value > h->max) h->max = value;
}

uint64_t histogram_at(const histogram *h, double share) {
  uint64_t rank = (uint64_t)(share * h->total), seen = 0;
  for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
    seen += h->counts[i];
    if (seen > rank) {
      unsigned row = i >> HISTOGRAM_SUB_BITS, shift = row > 1 ? row - 1 : 0;
      uint64_t highest = ((uint64_t)(i - (shift << HISTOGRAM_SUB_BITS) + 1) << shift) - 1;
      return highest < h->max ? highest : h->max;
    }
  }
  return h->max;
}
