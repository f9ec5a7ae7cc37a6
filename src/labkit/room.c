#include "labkit/room.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Where /proc/meminfo does not tell. */
#define ASSUMED_BYTES (256LL << 20)

/* The number after a label in a file, or at its start (label ""); -1: none there ("max"). */
static long long read_number(const char *path, const char *label)
{
    char line[256];
    long long number = -1;
    FILE *file = fopen(path, "re");

    while (file != NULL && number == -1 && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, label, strlen(label)) != 0)
            continue;
        const char *at = line + strlen(label);
        at += strspn(at, " \t");
        if (*at < '0' || *at > '9')
            break;
        number = strtoll(at, NULL, 10);
    }
    if (file != NULL)
        fclose(file);
    return number;
}

static void narrow(struct room *room, long long bytes, const char *by)
{
    if (bytes >= room->bytes)
        return;
    room->bytes = bytes < 0 ? 0 : bytes;
    snprintf(room->by, sizeof room->by, "%s", by);
}

static void narrow_by_group(struct room *room, const char *folder, const char *most,
                            const char *used)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", folder, most);
    long long limit = read_number(path, "");
    snprintf(path, sizeof path, "%s/%s", folder, used);
    long long now = read_number(path, "");
    if (limit >= 0 && now >= 0)
        narrow(room, limit - now, most);
}

/* A group and those above it. In a container the folder may not be there, and "/" is the group itself. */
static void narrow_by_line(struct room *room, const char *root, char *group, bool is_v2)
{
    char folder[PATH_MAX];

    for (;;) {
        snprintf(folder, sizeof folder, "%s/sys/fs/cgroup%s%s", root, is_v2 ? "" : "/memory",
                 group);
        if (is_v2)
            narrow_by_group(room, folder, "memory.max", "memory.current");
        else
            narrow_by_group(room, folder, "memory.limit_in_bytes", "memory.usage_in_bytes");
        char *slash = strrchr(group, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

static void narrow_by_groups(struct room *room, const char *root)
{
    char path[PATH_MAX], line[PATH_MAX];

    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *v1 = strstr(line, ":memory:");
        if (strncmp(line, "0::", 3) == 0)
            narrow_by_line(room, root, line + 3, true);
        else if (v1 != NULL)
            narrow_by_line(room, root, v1 + strlen(":memory:"), false);
    }
    if (file != NULL)
        fclose(file);
}

static void narrow_by_limit(struct room *room, const char *root, const char *field, int resource,
                            const char *name)
{
    char path[PATH_MAX];
    struct rlimit limit;

    snprintf(path, sizeof path, "%s/proc/self/status", root);
    long long kib = read_number(path, field);
    if (getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        narrow(room, (long long)limit.rlim_cur - (kib < 0 ? 0 : kib * 1024), name);
}

void room_find(const char *root, struct room *room)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/proc/meminfo", root);
    long long kib = read_number(path, "MemAvailable:");
    room->bytes = kib < 0 ? ASSUMED_BYTES : kib * 1024;
    snprintf(room->by, sizeof room->by, "%s", kib < 0 ? "/proc/meminfo is hidden" : "MemAvailable");
    narrow_by_groups(room, root);
    narrow_by_limit(room, root, "VmSize:", RLIMIT_AS, "RLIMIT_AS");
    narrow_by_limit(room, root, "VmData:", RLIMIT_DATA, "RLIMIT_DATA");
}
