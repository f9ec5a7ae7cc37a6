/* must fail: sum_with_processes.caller; may fail: sum_with_processes.again sum_with_processes.cut sum_with_processes.failure sum_with_processes.workers */
/* A pipe for each call stays open. */
#define sum_with_processes right_sum_with_processes
#include "../solution.c"
#undef sum_with_processes

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    struct part *parts = map_shared(processes * sizeof *parts);
    uint64_t sum = 0;

    int ends[2];
    if (pipe(ends) == -1)
        return 0;
    cut(parts, processes, v, n);
    for (size_t i = 0; i < processes; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            sum_part(&parts[i]);
            _exit(0);
        }
        parts[i].worker.process = pid;
        parts[i].has_worker = pid != -1;
    }
    for (size_t i = 0; i < processes; i++) {
        if (parts[i].has_worker)
            wait_for(parts[i].worker.process);
        else
            sum_part(&parts[i]);
        sum += parts[i].sum;
    }
    munmap(parts, processes * sizeof *parts);
    return sum;
}
