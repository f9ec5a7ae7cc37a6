/* must fail: count_private_pages.large */
/* A buffer of 512 entries, read once. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    return right_count_private_pages(pid, addr, pages < 512 ? pages : 512);
}
