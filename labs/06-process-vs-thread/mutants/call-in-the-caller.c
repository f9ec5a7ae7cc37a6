/* must fail: call_isolated.isolated call_isolated.crash; may fail: call_isolated.* */
/* Just calls it. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    (void)len;
    *wstatus = 0;
    return fn(arg, result) & 0xff;
}
