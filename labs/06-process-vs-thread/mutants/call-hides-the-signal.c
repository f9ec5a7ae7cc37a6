/* must fail: call_isolated.crash */
/* The child catches the signal, and exits as a shell would say it. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

#include <signal.h>

static void leave(int number)
{
    _exit(128 + number);
}

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    struct outcome *outcome = map_shared(sizeof *outcome + len);
    int value = -1;

    if (outcome == NULL)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGSEGV, leave);
        signal(SIGABRT, leave);
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
