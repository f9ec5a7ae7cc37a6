/* must fail: process_chain.depth_zero */
/* depth 0 makes a process, too. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    return right_process_chain(depth > 0 ? depth : 1, last, arg);
}
