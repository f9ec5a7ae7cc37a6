/* must fail: process_chain.no_process */
/* errno is not fork's. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    int code = right_process_chain(depth, last, arg);

    if (code == -1)
        errno = 0;
    return code;
}
