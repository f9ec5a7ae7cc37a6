/* must fail: process_chain.caller */
/* A variable to tell the children how deep they are. */
#define process_chain right_process_chain
#include "../solution.c"
#undef process_chain

#include <stdlib.h>

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    setenv("DEPTH", "1", 1);
    return right_process_chain(depth, last, arg);
}
