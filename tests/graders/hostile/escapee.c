/* expect: read_full.caller: left behind: a descendant \(no exec yet\) \((signal|running)\) */
/* Forked twice, in a session of its own: it wants to outlive everything. */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    pid_t child = fork();

    if (child == 0) {
        setsid();
        for (int number = 1; number < 32; number++)
            signal(number, SIG_IGN);
        if (fork() != 0)
            _exit(0);
        for (;;)
            pause();
    }
    waitpid(child, NULL, 0);
    return right_read_full(fd, buf, n);
}
