/* A line of proc_pid_maps(5), and one of proc_pid_cgroup(5). */
#include "fuzz.h"

#include "proc/detail_parse.h"
#include "proc/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct mapping m;
    struct proc_cgroup cgroup;
    if (parse_cgroup(text, size, &cgroup) == 0)
        FUZZ_DEMAND(cgroup.path > text && cgroup.path + cgroup.path_bytes < text + size);
    if (maps_parse_line(text, size, &m) < 0)
        return 0;
    FUZZ_DEMAND(m.start < m.end && memchr(m.name, '\0', sizeof m.name));
    FUZZ_DEMAND(m.path >= text && m.path + m.path_bytes == text + size);
    FUZZ_DEMAND(map_kind_of(&m, "/usr/bin/true") < MAP_KIND_COUNT);
    return 0;
}
