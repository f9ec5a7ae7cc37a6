/* proc_pid_io(5). */
#include "fuzz.h"

#include "proc/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proc_io io;
    if (FUZZ_PARSE(parse_io, data, size, &io) == 0)
        FUZZ_DEMAND(io.rchar >= 0 || io.wchar >= 0);
    return 0;
}
