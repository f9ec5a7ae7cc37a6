/* must fail: call_isolated.caller; may fail: call_isolated.eintr */
/* Looks without taking: waitid() with WNOWAIT. */
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
        siginfo_t info;
        while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1 &&
               errno == EINTR)
            continue;
        *wstatus =
            info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status;
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
