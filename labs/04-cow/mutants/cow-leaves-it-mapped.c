/* must fail: measure_cow.memory; may fail: measure_cow.no_process */
/* The mapping for the report stays. */
#include <sys/mman.h>

static int forget(void *addr, size_t len)
{
    (void)addr, (void)len;
    return 0;
}

#define munmap forget
#include "../solution.c"
