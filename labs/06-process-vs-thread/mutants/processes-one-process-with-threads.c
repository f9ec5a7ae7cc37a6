/* must fail: count_with_processes.processes; may fail: count_with_processes.failure count_with_processes.one_at_a_time count_with_processes.race count_with_processes.many */
/* One child, and that one makes threads. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

long count_with_processes(size_t processes, size_t increments)
{
    long *value = map_shared(sizeof *value);
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        *value = count_with_threads(processes, increments);
        _exit(0);
    }
    wait_for(pid);
    long result = *value;
    munmap(value, sizeof *value);
    return result;
}
