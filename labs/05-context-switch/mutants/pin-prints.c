/* must fail: pin_to_cpu.caller; may fail: pin_to_cpu.negative pin_to_cpu.too_large pin_to_cpu.missing */
/* Says what it does. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    printf("bound to CPU %d\n", cpu);
    return right_pin_to_cpu(cpu);
}
