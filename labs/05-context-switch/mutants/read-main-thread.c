/* must fail: read_switch_counts.thread read_switch_counts.own_thread */
/* Takes the counts of the task's process, which are its main thread's. */
#define read_switch_counts right_read_switch_counts
#include "../solution.c"
#undef read_switch_counts

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    char path[64], line[128];
    int pid = 0;

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    while (pid == 0 && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "Tgid: %d", &pid);
    fclose(file);
    return right_read_switch_counts(pid, counts);
}
