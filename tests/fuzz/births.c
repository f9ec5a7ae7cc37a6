/* "processes" of proc_stat(5). */
#include "fuzz.h"

#include "proc/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t births;
    if (FUZZ_PARSE(parse_births, data, size, &births) == 0)
        FUZZ_DEMAND(births >= 0);
    return 0;
}
