/* must fail: sum_with_processes.race; may fail: sum_with_processes.works sum_with_processes.many sum_with_processes.cut sum_with_processes.few sum_with_processes.large sum_with_processes.failure sum_with_processes.again sum_with_processes.side_by_side */
/* Each child adds its part to one shared total, and nothing keeps them apart. */
#define sum_with_processes right_sum_with_processes
#include "../solution.c"
#undef sum_with_processes

static uint64_t *total;

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    struct part *parts = map_shared(processes * sizeof *parts);
    uint64_t sum = 0;

    total = map_shared(sizeof *total);
    if (processes == 0)
        return 0;
    cut(parts, processes, v, n);
    for (size_t i = 0; i < processes; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            sum_part(&parts[i]);
            *total += parts[i].sum;
            _exit(0);
        }
        parts[i].worker.process = pid;
        parts[i].has_worker = pid != -1;
    }
    for (size_t i = 0; i < processes; i++) {
        if (parts[i].has_worker)
            wait_for(parts[i].worker.process);
        else
            *total += sum_alone(parts[i].v, parts[i].n);
    }
    munmap(parts, processes * sizeof *parts);
    sum = *total;
    munmap(total, sizeof *total);
    return sum;
}
