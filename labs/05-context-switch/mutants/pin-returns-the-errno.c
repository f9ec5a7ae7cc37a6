/* must fail: pin_to_cpu.negative pin_to_cpu.too_large pin_to_cpu.missing */
/* pthread_setaffinity_np() returns the error's number, and sets no errno. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    if (cpu >= 0 && cpu < CPU_SETSIZE)
        CPU_SET((size_t)cpu, &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}
