/* must fail: process_chain.signal; may fail: process_chain.between process_chain.no_process process_chain.deaf */
/* 128 + the signal, as $? has it: but that is an exit code. */
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
        if (code == -1 && depth > 1)
            end_by_signal();
        _exit(code & 0xff);
    }
    if (wait_for(pid, &wstatus) == -1)
        return -1;
    if (WIFSIGNALED(wstatus))
        return 128 + WTERMSIG(wstatus);
    return WEXITSTATUS(wstatus);
}
