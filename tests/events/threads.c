/* threads: 100 threads that end, then one that executes true(1) while the main one waits. */
#include <pthread.h>
#include <unistd.h>

static void *end(void *arg)
{
    return arg;
}

static void *execute(void *arg)
{
    execlp("true", "true", (char *)NULL);
    return arg;
}

int main(void)
{
    pthread_t thread;
    for (int i = 0; i < 100; i++)
        if (pthread_create(&thread, NULL, end, NULL) != 0 || pthread_join(thread, NULL) != 0)
            return 1;
    if (pthread_create(&thread, NULL, execute, NULL) != 0)
        return 1;
    pause();
    return 1;
}
