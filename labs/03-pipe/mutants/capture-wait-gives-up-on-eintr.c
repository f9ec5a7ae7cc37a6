/* must fail: capture_output.eintr */
/* Reads on after EINTR, but does not wait on. */
#include <sys/wait.h>

static pid_t wait_once(pid_t pid, int *wstatus, int options)
{
    waitpid(pid, wstatus, options);
    return pid;
}

#define waitpid wait_once
#include "../solution.c"
