/* proc_pid_task_children: PIDs in a row. */
#include "fuzz.h"

#include "proc/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data, *end = at + size;
    for (const char *before = at;; before = at) {
        pid_t pid = -1;
        if (!parse_next_pid(&at, end, &pid)) {
            FUZZ_DEMAND(at == before && pid == -1);
            return 0;
        }
        FUZZ_DEMAND(at > before && at < end && pid > 0);
    }
}
