/* must fail: pin_to_cpu.too_large */
/* A number beyond the set is taken modulo its size. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    return right_pin_to_cpu(cpu < 0 ? cpu : cpu % CPU_SETSIZE);
}
