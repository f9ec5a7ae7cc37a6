/* must fail: call_isolated.failure */
/* Says on standard error what failed. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

#include <stdio.h>

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    *wstatus = -1;
    int value = right_call_isolated(fn, arg, result, len, wstatus);

    if (value == -1 && *wstatus == -1)
        perror("call_isolated");
    return value;
}
