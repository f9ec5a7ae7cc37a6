/* must fail: process_chain.generations; may fail: process_chain.* */
/* A generation less than was asked for. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    return right_process_chain(depth > 1 ? depth - 1 : depth, last, arg);
}
