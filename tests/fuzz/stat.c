/* proc_pid_stat(5). */
#include "fuzz.h"

#include "proc/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proc_stat stat;
    if (FUZZ_PARSE(parse_stat, data, size, &stat) < 0)
        return 0;
    FUZZ_DEMAND(stat.comm_bytes < sizeof stat.comm);
    FUZZ_DEMAND(stat.comm[stat.comm_bytes] == '\0');
    FUZZ_DEMAND(memchr(data, ')', size) != NULL);
    FUZZ_DEMAND(stat.minor_faults >= 0 && stat.major_faults >= 0);
    FUZZ_DEMAND(stat.user_ticks >= 0 && stat.system_ticks >= 0);
    return 0;
}
