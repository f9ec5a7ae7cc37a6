/* must fail: read_switch_counts.both_kinds; may fail: read_switch_counts.works read_switch_counts.thread read_switch_counts.own_thread read_switch_counts.follows */
/* "voluntary" is a part of "nonvoluntary": the later line wins. */
#define read_switch_counts right_read_switch_counts
#include "../solution.c"
#undef read_switch_counts

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    unsigned long long v = 0, i = 0;
    char path[64], line[128];

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strstr(line, "voluntary_ctxt_switches:") != NULL)
            sscanf(strchr(line, ':'), ": %llu", &v);
        sscanf(line, "nonvoluntary_ctxt_switches: %llu", &i);
    }
    fclose(file);
    *counts = (struct switch_counts){v, i};
    return 0;
}
