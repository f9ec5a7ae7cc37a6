/* must fail: count_private_pages.absent; may fail: count_private_pages.map_shared count_private_pages.elsewhere count_private_pages.range count_private_pages.large count_private_pages.not_yours */
/* Reads from each page first, to see that it is there. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    const volatile char *bytes = addr;

    for (size_t i = 0; i < pages; i++)
        (void)bytes[i * (size_t)sysconf(_SC_PAGESIZE)];
    return right_count_private_pages(pid, addr, pages);
}
