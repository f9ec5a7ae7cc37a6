/* must fail: sum_with_processes.side_by_side */
/* Waits for each one before the next is made. */
#define sum_with_processes right_sum_with_processes
#include "../solution.c"
#undef sum_with_processes

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    struct part *parts = map_shared(processes * sizeof *parts);
    uint64_t sum = 0;

    cut(parts, processes, v, n);
    for (size_t i = 0; i < processes; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            sum_part(&parts[i]);
            _exit(0);
        }
        parts[i].worker.process = pid;
        parts[i].has_worker = pid != -1;
        if (pid != -1)
            wait_for(pid);
        else
            sum_part(&parts[i]);
    }
    for (size_t i = 0; i < processes; i++)
        sum += parts[i].sum;
    munmap(parts, processes * sizeof *parts);
    return sum;
}
