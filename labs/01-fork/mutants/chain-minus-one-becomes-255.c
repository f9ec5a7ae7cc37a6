/* must fail: process_chain.signal process_chain.no_process; may fail: process_chain.between process_chain.deaf */
/* A process in the middle exits with -1, and that is 255. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    int wstatus;

    if (depth == 0)
        return last(arg);
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0) {
        int code = process_chain(depth - 1, last, arg);
        _exit(code & 0xff);
    }
    if (wait_for(pid, &wstatus) == -1 || !WIFEXITED(wstatus))
        return -1;
    return WEXITSTATUS(wstatus);
}
