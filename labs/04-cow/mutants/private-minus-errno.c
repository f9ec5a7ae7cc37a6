/* must fail: count_private_pages.no_process; may fail: count_private_pages.not_yours count_private_pages.no_fd */
/* Returns -errno, not -1. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    ssize_t count = right_count_private_pages(pid, addr, pages);

    return count == -1 ? -errno : count;
}
