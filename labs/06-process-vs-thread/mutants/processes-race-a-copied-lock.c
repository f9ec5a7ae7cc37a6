/* must fail: count_with_processes.race; may fail: count_with_processes.large count_with_processes.works count_with_processes.many count_with_processes.again */
/* Each child locks its own copy of the mutex. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

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
            long *value = (long *)&count->value;
            for (size_t k = 0; k < increments; k++) {
                pthread_mutex_lock(&lock);
                *value += 1;
                pthread_mutex_unlock(&lock);
            }
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
