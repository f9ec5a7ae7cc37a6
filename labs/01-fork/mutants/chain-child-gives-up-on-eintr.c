/* must fail: process_chain.eintr */
/* The caller takes EINTR up again, those between do not. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    static size_t whole;
    int wstatus;

    if (whole == 0)
        whole = depth;
    if (depth == 0)
        return last(arg);
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0) {
        int code = process_chain(depth - 1, last, arg);
        if (code == -1 && depth > 1)
            end_by_signal();
        _exit(code & 0xff);
    }
    while (waitpid(pid, &wstatus, 0) == -1)
        if (errno != EINTR || depth < whole)
            return -1;
    whole = 0;
    if (!WIFEXITED(wstatus))
        return -1;
    return WEXITSTATUS(wstatus);
}
