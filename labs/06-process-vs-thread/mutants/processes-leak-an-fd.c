/* must fail: count_with_processes.caller; may fail: count_with_processes.failure count_with_processes.again */
/* The file behind the shared memory stays open. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

#include <fcntl.h>

static void *map_a_file(size_t bytes)
{
    int fd = memfd_create("counter", MFD_CLOEXEC);

    if (fd == -1 || ftruncate(fd, (off_t)bytes) == -1)
        return NULL;
    return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

long count_with_processes(size_t processes, size_t increments)
{
    struct count *count = map_a_file(sizeof *count);
    pid_t *pids = calloc(processes + 1, sizeof *pids);
    size_t made = 0;
    int error = 0;

    if (count == NULL)
        return -1;
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
