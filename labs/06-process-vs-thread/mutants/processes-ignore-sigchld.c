/* must fail: count_with_processes.caller; may fail: count_with_processes.other_children count_with_processes.failure */
/* SIGCHLD stays ignored: the caller's later children, too, are gone unseen. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

#include <signal.h>

long count_with_processes(size_t processes, size_t increments)
{
    struct count *count = map_shared(sizeof *count);
    pid_t *pids = calloc(processes + 1, sizeof *pids);
    size_t made = 0;
    int error = 0;

    signal(SIGCHLD, SIG_IGN);
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
    munmap(count, sizeof *count);
    free(pids);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return value;
}
