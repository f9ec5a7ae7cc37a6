/* must fail: count_private_pages.range */
/* Takes 0 pages for an error. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    if (pages == 0) {
        errno = EINVAL;
        return -1;
    }
    return right_count_private_pages(pid, addr, pages);
}
