/* must fail: run_program.inherited */
/* As a shell that ignores SIGINT itself does in its children. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <signal.h>

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        signal(SIGTSTP, SIG_DFL);
        become(file, argv);
    }
    return wait_for(pid);
}
