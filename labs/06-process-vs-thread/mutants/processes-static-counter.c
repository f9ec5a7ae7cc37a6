/* must fail: count_with_processes.again; may fail: count_with_processes.one count_with_processes.race */
/* The counter goes on where it was in the call before. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

static struct count *kept;

long count_with_processes(size_t processes, size_t increments)
{
    struct count *count = kept != NULL ? kept : map_shared(sizeof *count);
    pid_t *pids = calloc(processes + 1, sizeof *pids);
    size_t made = 0;
    int error = 0;

    kept = count;
    count->increments = increments;
    while (made < processes && error == 0) {
        pids[made] = fork();
        if (pids[made] == 0) {
            add_up(count);
            _exit(0);
        }
        if (pids[made] == -1)
            error = errno;
        else
            made++;
    }
    for (size_t i = 0; i < made; i++)
        wait_for(pids[i]);
    long value = count->value;
    (void)0;
    free(pids);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return value;
}
