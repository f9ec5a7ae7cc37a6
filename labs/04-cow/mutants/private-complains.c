/* must fail: count_private_pages.no_process; may fail: count_private_pages.no_fd */
/* Says itself what is wrong. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{
    ssize_t count = right_count_private_pages(pid, addr, pages);
    int error = errno;

    if (count == -1)
        perror("pagemap");
    errno = error;
    return count;
}
