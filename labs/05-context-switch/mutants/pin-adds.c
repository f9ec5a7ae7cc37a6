/* must fail: pin_to_cpu.works; may fail: pin_to_cpu.elsewhere pin_to_cpu.alone pin_to_cpu.thread pin_to_cpu.negative pin_to_cpu.too_large pin_to_cpu.missing */
/* Adds the CPU to those that it has: no CPU_ZERO. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    cpu_set_t set;

    if (cpu < 0 || cpu >= CPU_SETSIZE) {
        errno = EINVAL;
        return -1;
    }
    sched_getaffinity(0, sizeof set, &set);
    CPU_SET((size_t)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set);
}
