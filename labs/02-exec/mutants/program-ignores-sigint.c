/* must fail: run_program.inherited */
/* Ignores SIGINT while it waits, and the program inherits that. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <signal.h>

int run_program(const char *file, char *const argv[])
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

    sigaction(SIGINT, &ignore, &before);
    int status = right_run_program(file, argv);
    sigaction(SIGINT, &before, NULL);
    return status;
}
