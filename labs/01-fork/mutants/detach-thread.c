/* must fail: run_detached.works; may fail: run_detached.* */
/* A thread is not a process. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

#include <pthread.h>

static void (*thread_fn)(void *);

static void *run_thread(void *arg)
{
    thread_fn(arg);
    return NULL;
}

int run_detached(void (*fn)(void *), void *arg)
{
    pthread_t thread;

    thread_fn = fn;
    errno = pthread_create(&thread, NULL, run_thread, arg);
    if (errno != 0)
        return -1;
    pthread_detach(thread);
    return 0;
}
