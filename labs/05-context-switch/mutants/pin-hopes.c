/* must fail: pin_to_cpu.missing; may fail: pin_to_cpu.negative pin_to_cpu.too_large */
/* Does not look at what sched_setaffinity() returns. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    right_pin_to_cpu(cpu);
    return 0;
}
