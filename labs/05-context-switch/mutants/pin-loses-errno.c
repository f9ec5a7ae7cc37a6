/* must fail: pin_to_cpu.negative pin_to_cpu.too_large pin_to_cpu.missing */
/* -1, and no errno. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    int result = right_pin_to_cpu(cpu);

    errno = 0;
    return result;
}
