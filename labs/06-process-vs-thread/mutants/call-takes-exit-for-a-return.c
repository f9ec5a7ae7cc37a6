/* must fail: call_isolated.exits call_isolated.untouched call_isolated.untouched_shared */
/* A process that has exited is taken for a function that returned. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    struct outcome *outcome = map_shared(sizeof *outcome + len);
    int value = -1;

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
        if (WIFEXITED(*wstatus)) {
            if (len > 0)
                memcpy(result, outcome->result, len);
            value = WEXITSTATUS(*wstatus);
        }
    }
    munmap(outcome, sizeof *outcome + len);
    errno = error;
    return value;
}
