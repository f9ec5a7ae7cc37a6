/* must fail: call_isolated.value */
/* Not & 0xff. */
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
        outcome->value = fn(arg, outcome->result);
        outcome->has_returned = true;
        _exit(0);
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
