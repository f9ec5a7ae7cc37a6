/* must fail: count_minor_faults.once; may fail: count_minor_faults.thread */
/* Has a new thread call fn. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

#include <pthread.h>

struct call {
    void (*fn)(void *);
    void *arg;
    long faults;
};

static void *call(void *arg)
{
    struct call *c = arg;

    c->faults = right_count_minor_faults(c->fn, c->arg);
    return NULL;
}

long count_minor_faults(void (*fn)(void *), void *arg)
{

    struct call c = {fn, arg, -1};
    pthread_t thread;

    if (pthread_create(&thread, NULL, call, &c) != 0)
        return -1;
    pthread_join(thread, NULL);
    return c.faults;
}
