/* must fail: read_switch_counts.works; may fail: read_switch_counts.both_kinds read_switch_counts.thread read_switch_counts.own_thread read_switch_counts.follows read_switch_counts.caller */
/* One read() into a buffer that is too small: the counts come last. */
#define read_switch_counts right_read_switch_counts
#include "../solution.c"
#undef read_switch_counts

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    char path[64], text[600];
    struct switch_counts found = {0, 0};

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    char *at = strstr(text, "\nvoluntary_ctxt_switches:");
    if (at != NULL)
        sscanf(at,
               "\nvoluntary_ctxt_switches: %llu\n"
               "nonvoluntary_ctxt_switches: %llu",
               &found.voluntary, &found.involuntary);
    *counts = found;
    return 0;
}
