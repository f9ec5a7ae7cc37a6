/* must fail: process_chain.caller */
/* Says on standard error that fork has failed. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    int wstatus;

    if (depth == 0)
        return last(arg);
    pid_t pid = fork();
    if (pid == -1) {
        int error = errno;
        perror("fork");
        errno = error;
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
