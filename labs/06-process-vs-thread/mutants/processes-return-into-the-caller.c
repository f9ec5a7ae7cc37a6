/* must fail: count_with_processes.works; may fail: count_with_processes.* */
/* The child returns. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

long count_with_processes(size_t processes, size_t increments)
{
    struct count *count = map_shared(sizeof *count);
    pid_t *pids = calloc(processes + 1, sizeof *pids);
    size_t made = 0;
    int error = 0;

    count->increments = increments;
    while (made < processes && error == 0) {
        pids[made] = fork();
        if (pids[made] == 0) {
            add_up(count);
            return 0;
        }
        if (pids[made] == -1)
            error = errno;
        else
            made++;
    }
    for (size_t i = 0; i < made; i++)
        wait_for(pids[i]);
    long value = count->value;
    munmap(count, sizeof *count);
    free(pids);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return value;
}
