/* must fail: count_minor_faults.once; may fail: count_minor_faults.works count_minor_faults.numbers count_minor_faults.warm count_minor_faults.cow count_minor_faults.thread */
/* Has a child call fn: what fn does is lost. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    long *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    pid_t pid = fork();
    if (pid == 0) {
        *count = right_count_minor_faults(fn, arg);
        _exit(0);
    }
    wait_for(pid, &(int){0});
    long faults = *count;
    munmap(count, sizeof *count);
    return faults;
}
