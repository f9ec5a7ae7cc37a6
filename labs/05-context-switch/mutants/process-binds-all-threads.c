/* must fail: process_switch_ns.pinned; may fail: process_switch_ns.bound_as_before */
/* Binds each thread of the caller, for a while. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

#include <dirent.h>

static void bind_all(const cpu_set_t *set)
{
    DIR *dir = opendir("/proc/self/task");
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (atoi(entry->d_name) > 0)
            sched_setaffinity(atoi(entry->d_name), sizeof *set, set);
    if (dir != NULL)
        closedir(dir);
}

double process_switch_ns(size_t rounds, int cpu)
{
    cpu_set_t before;

    if (sched_getaffinity(0, sizeof before, &before) == -1)
        return -1;
    if (rounds > 0 && pin_to_cpu(cpu) == 0) {
        cpu_set_t one;
        sched_getaffinity(0, sizeof one, &one);
        bind_all(&one);
    }
    double ns = measure(time_processes, rounds, cpu);
    bind_all(&before);
    return ns;
}
