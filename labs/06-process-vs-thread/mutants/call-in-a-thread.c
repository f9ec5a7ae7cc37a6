/* must fail: call_isolated.isolated call_isolated.crash; may fail: call_isolated.* */
/* In a thread: its crash is the whole process's. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

struct call {
    int (*fn)(void *arg, void *result);
    void *arg, *result;
    int value;
};

static void *call_it(void *arg)
{
    struct call *call = arg;

    call->value = call->fn(call->arg, call->result) & 0xff;
    return NULL;
}

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    struct call call = {fn, arg, result, -1};
    pthread_t id;

    (void)len;
    *wstatus = 0;
    if (pthread_create(&id, NULL, call_it, &call) != 0)
        return -1;
    pthread_join(id, NULL);
    return call.value;
}
