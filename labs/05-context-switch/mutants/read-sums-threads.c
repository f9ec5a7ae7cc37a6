/* must fail: read_switch_counts.thread read_switch_counts.own_thread */
/* Sums up all threads of the task's process. */
#define read_switch_counts right_read_switch_counts
#include "../solution.c"
#undef read_switch_counts

#include <dirent.h>

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    struct switch_counts sum = {0, 0}, one;
    char path[64];
    struct dirent *entry;

    snprintf(path, sizeof path, "/proc/%d/task", (int)tid);
    DIR *dir = opendir(path);
    if (dir == NULL)
        return -1;
    while ((entry = readdir(dir)) != NULL)
        if (atoi(entry->d_name) > 0 &&
            right_read_switch_counts(atoi(entry->d_name), &one) == 0) {
            sum.voluntary += one.voluntary;
            sum.involuntary += one.involuntary;
        }
    closedir(dir);
    *counts = sum;
    return 0;
}
