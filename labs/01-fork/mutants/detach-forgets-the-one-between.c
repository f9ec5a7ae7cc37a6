/* must fail: run_detached.no_zombie; may fail: run_detached.failure run_detached.eintr run_detached.other_children */
/* The process between becomes the caller's zombie. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0) {
            fn(arg);
            _exit(0);
        }
        _exit(grandchild == -1 ? errno : 0);
    }

    return 0;
}
