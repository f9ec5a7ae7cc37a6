#include "labkit/memory.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What is least so far. */
struct least {
    long long bytes;
    const char *by;
};

static void consider(struct least *least, long long bytes, const char *by)
{
    if (bytes < 0)
        bytes = 0;
    if (least->by != NULL && least->bytes <= bytes)
        return;
    least->bytes = bytes;
    least->by = by;
}

/* The number that a text begins with. False: there is none ("max"). */
static bool parse_number(const char *text, long long *number)
{
    char *end;

    *number = strtoll(text, &end, 10);
    return end != text;
}

/* The same of a file. */
static bool read_number(const char *path, long long *number)
{
    char line[64];
    FILE *file = fopen(path, "re");
    bool is_read = file != NULL && fgets(line, sizeof line, file) != NULL;

    if (file != NULL)
        fclose(file);
    return is_read && parse_number(line, number);
}

static void consider_machine(struct least *least, const char *root)
{
    char path[PATH_MAX], line[128];
    long long kib;

    snprintf(path, sizeof path, "%s/proc/meminfo", root);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "MemAvailable:", 13) == 0 && parse_number(line + 13, &kib))
            consider(least, kib * 1024, "the machine");
    if (file != NULL)
        fclose(file);
}

/* A hierarchy's groups, from this one up to its root. */
static void consider_groups(struct least *least, const char *mount, char *group, const char *limit,
                            const char *usage)
{
    char path[PATH_MAX];

    for (;;) {
        long long most, used;
        snprintf(path, sizeof path, "%s%s/%s", mount, group, limit);
        bool is_limited = read_number(path, &most);
        snprintf(path, sizeof path, "%s%s/%s", mount, group, usage);
        if (is_limited && read_number(path, &used))
            consider(least, most - used, "a cgroup");
        char *slash = strrchr(group, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

/* cgroups(7): "0::PATH" is the unified hierarchy, "N:...memory...:PATH" version 1's. */
static void consider_cgroups(struct least *least, const char *root)
{
    char path[PATH_MAX], line[PATH_MAX], mount[PATH_MAX / 2];

    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *controllers = strchr(line, ':');
        char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (group == NULL)
            continue;
        *group++ = '\0';
        group[strcspn(group, "\n")] = '\0';
        if (strcmp(controllers, ":") == 0) {
            snprintf(mount, sizeof mount, "%s/sys/fs/cgroup", root);
            consider_groups(least, mount, group, "memory.max", "memory.current");
        } else if (strstr(controllers, "memory") != NULL) {
            snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/memory", root);
            consider_groups(least, mount, group, "memory.limit_in_bytes", "memory.usage_in_bytes");
        }
    }
    if (file != NULL)
        fclose(file);
}

static void consider_limit(struct least *least)
{
    struct rlimit limit;
    long long pages;

    if (getrlimit(RLIMIT_AS, &limit) == -1 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur > LLONG_MAX || !read_number("/proc/self/statm", &pages))
        return;
    consider(least, (long long)limit.rlim_cur - pages * sysconf(_SC_PAGESIZE), "RLIMIT_AS");
}

long long memory_available_bytes(const char *root, const char **by)
{
    struct least least = {-1, NULL};

    consider_machine(&least, root);
    consider_cgroups(&least, root);
    consider_limit(&least);
    if (by != NULL)
        *by = least.by;
    return least.bytes;
}
