/* proc_pid_syscall(5). */
#include "fuzz.h"

#include "proc/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proc_syscall call;
    if (FUZZ_PARSE(parse_syscall, data, size, &call) < 0)
        return 0;
    FUZZ_DEMAND((call.kind == PROC_SYSCALL_IN) == (call.number >= 0));
    FUZZ_DEMAND(call.number >= -1);
    return 0;
}
