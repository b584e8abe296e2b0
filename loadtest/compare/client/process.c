#include "process.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Parent and processor time from /proc/PID/stat (proc(5)): fields 4 and 14 to 17. False when it has ended. */
static int read_stat(pid_t pid, pid_t *parent, double *cpu) {
  char name[64], line[1024];
  snprintf(name, sizeof name, "/proc/%d/stat", pid);
  FILE *file = fopen(name, "r");
  if (!file) return 0;
  size_t length = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  line[length] = 0;
  char *rest = strrchr(line, ')'); /* The name before it may hold anything. */
  long user, system, child_user, child_system;
  if (!rest || sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld", parent, &user, &system,
                      &child_user, &child_system) != 5)
    return 0;
  *cpu = (double)(user + system + child_user + child_system) / sysconf(_SC_CLK_TCK);
  return 1;
}

static int holds(const process_tree *tree, pid_t pid) {
  for (int i = 0; i < tree->count; i++)
    if (tree->pids[i] == pid) return 1;
  return 0;
}

/* Adds children of processes in the tree. True when there was one, and there may be children of it. */
static int add_children(process_tree *tree) {
  int added = 0;
  DIR *proc = opendir("/proc");
  if (!proc) return 0;
  for (struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    pid_t pid = atoi(entry->d_name), parent;
    double cpu;
    if (tree->count < PROCESS_TREE_MAX && !holds(tree, pid) && read_stat(pid, &parent, &cpu) && holds(tree, parent)) {
      tree->pids[tree->count++] = pid;
      added = 1;
    }
  }
  closedir(proc);
  return added;
}

void process_tree_find(process_tree *tree, pid_t root) {
  tree->root = root;
  tree->count = 0;
  if (root <= 0) return;
  tree->pids[tree->count++] = root;
  while (add_children(tree)) {
  }
}

double process_tree_cpu_seconds(const process_tree *tree) {
  double all = 0, cpu;
  pid_t parent;
  for (int i = 0; i < tree->count; i++)
    if (read_stat(tree->pids[i], &parent, &cpu)) all += cpu;
  return all;
}

long process_tree_rss_kb(const process_tree *tree) {
  long all = 0;
  for (int i = 0; i < tree->count; i++) {
    char name[64], line[256];
    snprintf(name, sizeof name, "/proc/%d/status", tree->pids[i]);
    FILE *file = fopen(name, "r");
    if (!file) continue;
    long kb;
    while (fgets(line, sizeof line, file))
      if (sscanf(line, "VmRSS: %ld", &kb) == 1) {
        all += kb;
        break;
      }
    fclose(file);
  }
  return all;
}

double own_cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}
