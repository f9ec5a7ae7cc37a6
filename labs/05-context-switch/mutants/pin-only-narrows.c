/* must fail: pin_to_cpu.elsewhere */
/* Only a CPU that is in the set already. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    cpu_set_t set;

    sched_getaffinity(0, sizeof set, &set);
    if (cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET((size_t)cpu, &set)) {
        errno = EINVAL;
        return -1;
    }
    return right_pin_to_cpu(cpu);
}
