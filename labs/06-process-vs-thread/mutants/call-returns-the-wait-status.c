/* must fail: call_isolated.works call_isolated.value; may fail: call_isolated.* */
/* The raw wait status is the result. */
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
        if (outcome->has_returned) {
            if (len > 0)
                memcpy(result, outcome->result, len);
            value = *wstatus;
        }
    }
    munmap(outcome, sizeof *outcome + len);
    errno = error;
    return value;
}
