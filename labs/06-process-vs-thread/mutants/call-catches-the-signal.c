/* must fail: call_isolated.isolated call_isolated.crash call_isolated.exits; may fail: call_isolated.* */
/* A handler that jumps back, in the caller itself. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;

static void jump_back(int number)
{
    siglongjmp(back, number);
}

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    struct sigaction action = {.sa_handler = jump_back}, segv, abrt;
    int value = -1;

    (void)len;
    sigaction(SIGSEGV, &action, &segv);
    sigaction(SIGABRT, &action, &abrt);
    int number = sigsetjmp(back, 1);
    if (number == 0)
        value = fn(arg, result) & 0xff;
    *wstatus = number;
    sigaction(SIGSEGV, &segv, NULL);
    sigaction(SIGABRT, &abrt, NULL);
    return value;
}
