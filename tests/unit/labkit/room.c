/* room_find(), in made-up trees: what narrows it, and by whose word. */
#include "labkit/room.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char root[64];

static void make_root(void)
{
    snprintf(root, sizeof root, "/tmp/proclab-room-XXXXXX");
    cr_assert(mkdtemp(root));
}

static void remove_root(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    cr_assert_eq(system(command), 0);
}

TestSuite(room, .init = make_root, .fini = remove_root, .timeout = 20);

/* A file below the root, and the folders above it. */
static void put(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s%s", root, name);
    for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    cr_assert(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

#define MEMINFO "MemTotal:       8000000 kB\nMemFree:  100 kB\nMemAvailable:   4000 kB\n"

static void expect_room(long long bytes, const char *by)
{
    struct room room;
    room_find(root, &room);
    cr_expect_eq(room.bytes, bytes, "%lld bytes, not %lld", room.bytes, bytes);
    cr_expect_str_eq(room.by, by);
}

Test(room, what_is_available)
{
    put("/proc/meminfo", MEMINFO);
    expect_room(4000 * 1024, "MemAvailable");
}

Test(room, without_meminfo)
{
    expect_room(256 << 20, "/proc/meminfo is hidden");
}

Test(room, a_group_of_version_2)
{
    put("/proc/meminfo", MEMINFO);
    put("/proc/self/cgroup", "0::/a/b\n");
    put("/sys/fs/cgroup/a/b/memory.max", "1000000\n");
    put("/sys/fs/cgroup/a/b/memory.current", "400000\n");
    expect_room(600000, "memory.max");
}

Test(room, the_group_above_is_narrower)
{
    put("/proc/meminfo", MEMINFO);
    put("/proc/self/cgroup", "0::/a/b\n");
    put("/sys/fs/cgroup/a/b/memory.max", "max\n");
    put("/sys/fs/cgroup/a/b/memory.current", "400000\n");
    put("/sys/fs/cgroup/a/memory.max", "500000\n");
    put("/sys/fs/cgroup/a/memory.current", "450000\n");
    expect_room(50000, "memory.max");
}

/* The path is the host's, and what is mounted is the container's own group. */
Test(room, a_container_of_version_1)
{
    put("/proc/meminfo", MEMINFO);
    put("/proc/self/cgroup", "9:name=systemd:/\n4:memory:/docker/0123\n0::/\n");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "3000000\n");
    put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1000000\n");
    expect_room(2000000, "memory.limit_in_bytes");
}

Test(room, a_group_that_is_full)
{
    put("/proc/meminfo", MEMINFO);
    put("/proc/self/cgroup", "0::/\n");
    put("/sys/fs/cgroup/memory.max", "1000\n");
    put("/sys/fs/cgroup/memory.current", "2000\n");
    expect_room(0, "memory.max");
}

Test(room, no_limit_of_version_1_is_a_large_number)
{
    put("/proc/meminfo", MEMINFO);
    put("/proc/self/cgroup", "4:memory:/\n");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1000000\n");
    expect_room(4000 * 1024, "MemAvailable");
}

/* A limit of this test's process: so large that a sanitizer can live with it. */
Test(room, a_limit_of_the_process)
{
    struct rlimit limit;
    put("/proc/meminfo", "MemAvailable: 8000000000000000 kB\n");
    put("/proc/self/status", "Name:\tx\nVmSize:\t  1000 kB\nVmData:\t 10 kB\n");
    cr_assert_eq(getrlimit(RLIMIT_DATA, &limit), 0);
    limit.rlim_cur = 1LL << 60;
    if (limit.rlim_max < limit.rlim_cur)
        cr_skip_test("this process has a narrower limit");
    cr_assert_eq(setrlimit(RLIMIT_DATA, &limit), 0);
    expect_room((1LL << 60) - 10 * 1024, "RLIMIT_DATA");
}
