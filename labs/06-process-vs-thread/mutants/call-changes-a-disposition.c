/* must fail: call_isolated.caller; may fail: call_isolated.failure */
/* SIGCHLD is default afterwards; the caller had something else, or not. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

#include <signal.h>

static void see_child(int number)
{
    (void)number;
}

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    struct outcome *outcome = map_shared(sizeof *outcome + len);
    int value = -1;

    signal(SIGCHLD, see_child);
    if (outcome == NULL)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        outcome->value = fn(arg, outcome->result) & 0xff;
        outcome->has_returned = true;
        _exit(outcome->value);
    }
    int error = errno;
    if (pid != -1) {
        *wstatus = wait_for(pid);
        if (outcome->has_returned) {
            if (len > 0)
                memcpy(result, outcome->result, len);
            value = outcome->value;
        }
    }
    munmap(outcome, sizeof *outcome + len);
    errno = error;
    return value;
}
