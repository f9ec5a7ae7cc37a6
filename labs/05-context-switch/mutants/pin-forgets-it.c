/* must fail: pin_to_cpu.works pin_to_cpu.elsewhere pin_to_cpu.alone pin_to_cpu.thread; may fail: pin_to_cpu.negative pin_to_cpu.too_large pin_to_cpu.missing */
/* Binds a thread that is gone when it returns. */
#define pin_to_cpu right_pin_to_cpu
#include "../solution.c"
#undef pin_to_cpu

int pin_to_cpu(int cpu)
{
    pid_t pid = fork();
    int wstatus;

    if (pid == 0)
        _exit(right_pin_to_cpu(cpu) == -1);
    waitpid(pid, &wstatus, 0);
    errno = EINVAL;
    return wstatus == 0 ? 0 : -1;
}
