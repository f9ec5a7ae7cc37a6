/* must fail: measure_cow.no_process */
/* The mapping for the report stays where no process can be made. */
#include <errno.h>
#include <sys/mman.h>

static int forget_on_failure(void *addr, size_t len)
{
    return errno == EAGAIN ? 0 : munmap(addr, len);
}

#define munmap forget_on_failure
#include "../solution.c"
