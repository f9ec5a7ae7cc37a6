/* must fail: process_chain.depth_zero */
/* With depth 0 there is no exit code to be cut to 8 bits. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    int code = right_process_chain(depth, last, arg);

    return depth == 0 ? code & 0xff : code;
}
