/* must fail: process_chain.generations; may fail: process_chain.* */
/* All below one parent: no chain. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    int code = 0, wstatus;

    if (depth == 0)
        return last(arg);
    for (size_t i = 1; i <= depth; i++) {
        pid_t pid = fork();
        if (pid == -1)
            return -1;
        if (pid == 0)
            _exit(i < depth ? 0 : last(arg) & 0xff);
        if (wait_for(pid, &wstatus) == -1 || !WIFEXITED(wstatus))
            return -1;
        code = WEXITSTATUS(wstatus);
    }
    return code;
}
