/* must fail: count_private_pages.shared; may fail: count_private_pages.other count_private_pages.elsewhere count_private_pages.absent count_private_pages.map_shared count_private_pages.large count_private_pages.no_process count_private_pages.not_yours count_private_pages.no_fd count_private_pages.zombie count_private_pages.range */
/* What was asked for, in place of a count. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    (void)pid, (void)addr;
    return (ssize_t)pages;
}
