/* proc_pid_status(5). */
#include "fuzz.h"

#include "proc/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proc_status status;
    if (FUZZ_PARSE(parse_status, data, size, &status) < 0)
        return 0;
    FUZZ_DEMAND(status.tgid > 0);
    FUZZ_DEMAND(status.euid >= -1 && status.voluntary >= -1 && status.involuntary >= -1);
    return 0;
}
