/* proc_pid_limits(5). */
#include "fuzz.h"

#include "proc/detail_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proc_limits limits;
    if (FUZZ_PARSE(parse_limits, data, size, &limits) < 0)
        return 0;
    for (int i = 0; i < LIMIT_COUNT; i++) {
        FUZZ_DEMAND(limits.of[i].soft >= -1 && limits.of[i].hard >= -1);
        FUZZ_DEMAND((limits.of[i].soft < 0) == (limits.of[i].hard < 0));
    }
    return 0;
}
