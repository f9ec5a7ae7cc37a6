/* must fail: run_program.inherited */
/* Blocks SIGCHLD before the fork, as system() does, and the program inherits that. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <signal.h>

int run_program(const char *file, char *const argv[])
{
    sigset_t set, before;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &before);
    int status = right_run_program(file, argv);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}
