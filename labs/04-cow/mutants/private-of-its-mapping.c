/* must fail: count_private_pages.range; may fail: count_private_pages.shared count_private_pages.absent count_private_pages.large count_private_pages.elsewhere count_private_pages.other */
/* smaps: of the whole mapping in which addr lies. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

#include <stdlib.h>

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    char path[64], line[512];
    void *start, *end;
    long kib = 0;
    int is_inside = 0;

    (void)pages;
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    FILE *smaps = fopen(path, "re");
    if (smaps == NULL)
        return -1;
    while (fgets(line, sizeof line, smaps) != NULL) {
        if (sscanf(line, "%p-%p ", &start, &end) == 2)
            is_inside = (const char *)addr >= (char *)start &&
                        (const char *)addr < (char *)end;
        else if (is_inside && strncmp(line, "Private_", 8) == 0)
            kib += strtol(strchr(line, ':') + 1, NULL, 10);
    }
    fclose(smaps);
    return kib * 1024 / sysconf(_SC_PAGESIZE);
}
