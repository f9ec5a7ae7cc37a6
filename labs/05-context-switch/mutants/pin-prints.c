/* must fail: pin_to_cpu.caller */
/* Says what it does. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    printf("bound to CPU %d\n", cpu);
    return right_pin_to_cpu(cpu);
}
