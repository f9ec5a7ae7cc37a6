/* must fail: process_chain.no_process */
/* Where it is a child that cannot fork, it exits with -1, and that is 255. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    static size_t whole;
    int wstatus;

    if (whole < depth)
        whole = depth;
    if (depth == 0)
        return last(arg);
    pid_t pid = fork();
    if (pid == -1) {
        if (depth < whole)
            _exit(255);
        return -1;
    }
    if (pid == 0) {
        int code = process_chain(depth - 1, last, arg);
        if (code == -1 && depth > 1)
            end_by_signal();
        _exit(code & 0xff);
    }
    if (wait_for(pid, &wstatus) == -1 || !WIFEXITED(wstatus))
        return -1;
    return WEXITSTATUS(wstatus);
}
