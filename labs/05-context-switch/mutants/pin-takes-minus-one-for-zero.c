/* must fail: pin_to_cpu.negative */
/* A negative number is the first CPU. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    return right_pin_to_cpu(cpu < 0 ? 0 : cpu);
}
