/* What of the machine, the cgroups and RLIMIT_AS leaves the least. */
#include "labkit/memory.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define MIB (1024LL * 1024)

static char root[] = "/tmp/proclab-memory-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", root, name);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

static void begin(void)
{
    cr_assert_not_null(mkdtemp(root));
}

static void end(void)
{
    char command[PATH_MAX];

    snprintf(command, sizeof command, "rm -r '%s'", root);
    cr_assert_eq(system(command), 0);
}

TestSuite(memory, .init = begin, .fini = end, .timeout = 60);

static void expect_least(long long bytes, const char *by)
{
    const char *said = "not set";
    long long got = memory_available_bytes(root, &said);

    cr_assert_eq(got, bytes, "%lld, not %lld", got, bytes);
    if (by == NULL)
        cr_assert_null(said);
    else
        cr_assert_str_eq(said, by);
}

Test(memory, unknown)
{
    expect_least(-1, NULL);
}

Test(memory, machine)
{
    write_file("proc/meminfo", "MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable:  2048 kB\n");
    write_file("proc/self/cgroup", "0::/a/b\n");
    expect_least(2 * MIB, "the machine");
}

/* Not the innermost group's, which has none, but that of the one above. */
Test(memory, cgroup_above)
{
    write_file("proc/meminfo", "MemAvailable: 1048576 kB\n");
    write_file("proc/self/cgroup", "0::/a/b\n");
    write_file("sys/fs/cgroup/a/b/memory.max", "max\n");
    write_file("sys/fs/cgroup/a/b/memory.current", "1048576\n");
    write_file("sys/fs/cgroup/a/memory.max", "10485760\n");
    write_file("sys/fs/cgroup/a/memory.current", "1048576\n");
    expect_least(9 * MIB, "a cgroup");
}

/* As a container sees it: its own group is the root. */
Test(memory, cgroup_at_the_root)
{
    write_file("proc/meminfo", "MemAvailable: 1048576 kB\n");
    write_file("proc/self/cgroup", "0::/\n");
    write_file("sys/fs/cgroup/memory.max", "3145728\n");
    write_file("sys/fs/cgroup/memory.current", "1048576\n");
    expect_least(2 * MIB, "a cgroup");
}

Test(memory, cgroup_version_1)
{
    write_file("proc/meminfo", "MemAvailable: 1048576 kB\n");
    write_file("proc/self/cgroup", "4:cpu,cpuacct:/a\n3:memory:/a\n0::/a\n");
    write_file("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "5242880\n");
    write_file("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1048576\n");
    expect_least(4 * MIB, "a cgroup");
}

Test(memory, cgroup_that_is_full)
{
    write_file("proc/self/cgroup", "0::/\n");
    write_file("sys/fs/cgroup/memory.max", "1048576\n");
    write_file("sys/fs/cgroup/memory.current", "2097152\n");
    expect_least(0, "a cgroup");
}

#if !defined(__SANITIZE_ADDRESS__) /* its shadow is larger than any limit */
Test(memory, limit)
{
    const char *by = NULL;

    write_file("proc/meminfo", "MemAvailable: 1073741824 kB\n");
    cr_assert_eq(setrlimit(RLIMIT_AS, &(struct rlimit){8LL << 30, 8LL << 30}), 0);
    long long bytes = memory_available_bytes(root, &by);
    cr_assert_str_eq(by, "RLIMIT_AS");
    cr_assert(bytes > 0 && bytes < 8LL << 30, "%lld", bytes);
}
#endif
