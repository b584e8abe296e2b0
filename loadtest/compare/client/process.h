/* Processor time and memory of a process and its descendants, from /proc. */
#ifndef PROCESS_H
#define PROCESS_H
#include <sys/types.h>

#define PROCESS_TREE_MAX 256

typedef struct {
  pid_t root; /* 0: none, everything is 0 */
  pid_t pids[PROCESS_TREE_MAX];
  int count;
} process_tree;

/* Looks for the descendants that there are now. Reads all of /proc: not while something is timed. */
void process_tree_find(process_tree *tree, pid_t root);

/* Of all processes in it, with the children that they have waited for. In steps of 10 ms. */
double process_tree_cpu_seconds(const process_tree *tree);

/* Resident memory of all processes in it. */
long process_tree_rss_kb(const process_tree *tree);

/* Of this process, to the microsecond. */
double own_cpu_seconds(void);

#endif
