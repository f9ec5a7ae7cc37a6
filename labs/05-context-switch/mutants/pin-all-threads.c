/* must fail: pin_to_cpu.alone pin_to_cpu.thread */
/* Binds each thread of the process. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

#include <dirent.h>

int pin_to_cpu(int cpu)
{
    int result = right_pin_to_cpu(cpu);
    DIR *dir = opendir("/proc/self/task");
    struct dirent *entry;
    cpu_set_t set;

    sched_getaffinity(0, sizeof set, &set);
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (result == 0 && atoi(entry->d_name) > 0)
            sched_setaffinity(atoi(entry->d_name), sizeof set, &set);
    if (dir != NULL)
        closedir(dir);
    return result;
}
