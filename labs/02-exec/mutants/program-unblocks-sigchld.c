/* must fail: run_program.caller */
/* Blocks SIGCHLD meanwhile, and unblocks it: who had blocked it before? */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <signal.h>

int run_program(const char *file, char *const argv[])
{
    sigset_t child, before;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    pid_t pid = fork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        become(file, argv);
    }
    int error = errno;
    int status = pid == -1 ? -1 : wait_for(pid);
    sigprocmask(SIG_UNBLOCK, &child, NULL);
    errno = error;
    return status;
}
