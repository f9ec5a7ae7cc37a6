/* /proc/PID/schedstat. */
#include "fuzz.h"

#include "proc/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proc_schedstat sched;
    if (FUZZ_PARSE(parse_schedstat, data, size, &sched) == 0)
        FUZZ_DEMAND(sched.run_ns >= 0 && sched.queued_ns >= 0 && sched.slices >= 0);
    return 0;
}
