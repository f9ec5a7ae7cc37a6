/* must fail: run_program.caller */
/* Ignores SIGINT meanwhile, and puts back the default, not what was there. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <signal.h>

int run_program(const char *file, char *const argv[])
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;

    sigaction(SIGINT, &ignore, &before);
    pid_t pid = fork();
    if (pid == 0) {
        sigaction(SIGINT, &before, NULL);
        become(file, argv);
    }
    int error = errno;
    int status = pid == -1 ? -1 : wait_for(pid);
    signal(SIGINT, SIG_DFL);
    errno = error;
    return status;
}
