/* proc_pid_status(5), as it is read of one process closely. */
#include "fuzz.h"

#include "proc/detail_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proc_status_ids ids;
    if (FUZZ_PARSE(parse_status_ids, data, size, &ids) < 0)
        return 0;
    for (int i = 0; i < ID_COUNT; i++)
        FUZZ_DEMAND(ids.uids[i] >= -1 && ids.gids[i] >= -1);
    FUZZ_DEMAND(ids.umask >= -1 && ids.no_new_privs >= -1 && ids.no_new_privs <= 1);
    FUZZ_DEMAND(ids.rss_anonymous_bytes >= -1 && ids.highest_rss_bytes >= -1);
    const char *text = (const char *)data;
    FUZZ_DEMAND(!ids.groups ||
                (ids.groups >= text && ids.groups + ids.groups_bytes <= text + size));
    return 0;
}
