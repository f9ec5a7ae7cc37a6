/* must fail: count_private_pages.works; may fail: count_private_pages.* */
/* The offset does not fit. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    int at = (int)((uintptr_t)addr / (size_t)sysconf(_SC_PAGESIZE) * 8);
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);

    at = at < 0 ? 0 : at;
    return right_count_private_pages(
        pid, (void *)((uintptr_t)at / 8 * page_size), pages);
}
