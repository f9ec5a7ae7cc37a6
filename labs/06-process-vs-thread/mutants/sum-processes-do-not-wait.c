/* must fail: sum_with_processes.caller; may fail: sum_with_processes.again sum_with_processes.failure sum_with_processes.eintr sum_with_processes.many sum_with_processes.cut */
/* Waits by looking at a shared flag, and reaps nobody. */
#define sum_with_processes right_sum_with_processes
#include "../solution.c"
#undef sum_with_processes

static atomic_int *done;

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    struct part *parts = map_shared(processes * sizeof *parts);
    uint64_t sum = 0;

    done = map_shared(sizeof *done);
    cut(parts, processes, v, n);
    for (size_t i = 0; i < processes; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            sum_part(&parts[i]);
            atomic_fetch_add(done, 1);
            _exit(0);
        }
        parts[i].worker.process = pid;
        parts[i].has_worker = pid != -1;
    }
    for (size_t i = 0; i < processes; i++) {
        if (parts[i].has_worker)
            while (atomic_load(done) < (int)processes)
                usleep(100);
        else {
            sum_part(&parts[i]);
            atomic_fetch_add(done, 1);
        }
        sum += parts[i].sum;
    }
    munmap(parts, processes * sizeof *parts);
    return sum;
}
