/* must fail: pin_to_cpu.negative pin_to_cpu.too_large; may fail: pin_to_cpu.missing */
/* Says on standard error what failed. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    int result = right_pin_to_cpu(cpu);

    if (result == -1)
        perror("pin_to_cpu");
    return result;
}
