/* must fail: count_with_processes.race; may fail: count_with_processes.* */
/* A mutex in shared memory, but not PTHREAD_PROCESS_SHARED: who waits is not woken. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

struct shared {
    pthread_mutex_t lock;
    long value;
};

long count_with_processes(size_t processes, size_t increments)
{
    struct shared *shared = map_shared(sizeof *shared);
    pid_t *pids = calloc(processes + 1, sizeof *pids);
    size_t made = 0;
    int error = 0;

    pthread_mutex_init(&shared->lock, NULL);
    while (made < processes && error == 0) {
        pids[made] = fork();
        if (pids[made] == 0) {
            for (size_t i = 0; i < increments; i++) {
                pthread_mutex_lock(&shared->lock);
                shared->value++;
                pthread_mutex_unlock(&shared->lock);
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
    long value = shared->value;
    munmap(shared, sizeof *shared);
    free(pids);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return value;
}
