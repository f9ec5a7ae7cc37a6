/* must fail: run_program.caller */
/* Ignores SIGINT while it waits, and for ever after. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <signal.h>

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0)
        become(file, argv);
    signal(SIGINT, SIG_IGN);
    return wait_for(pid);
}
