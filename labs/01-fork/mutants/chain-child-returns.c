/* must fail: process_chain.works; may fail: process_chain.* */
/* A child returns into its caller's code. */
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
        return code;
    }
    if (wait_for(pid, &wstatus) == -1 || !WIFEXITED(wstatus))
        return -1;
    return WEXITSTATUS(wstatus);
}
