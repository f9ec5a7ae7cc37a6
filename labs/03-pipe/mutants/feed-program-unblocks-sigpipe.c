/* must fail: feed_and_capture.program_sigpipe */
/* SIGPIPE is not blocked in the program, whatever the caller has. */
#include <signal.h>
#include <unistd.h>

static int exec_unblocked(const char *file, char *const argv[])
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    return execvp(file, argv);
}

#define execvp exec_unblocked
#include "../solution.c"
