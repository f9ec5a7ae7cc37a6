/* must fail: count_private_pages.other; may fail: count_private_pages.elsewhere count_private_pages.no_process count_private_pages.not_yours count_private_pages.zombie */
/* Looks at the caller, whoever is asked about. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    (void)pid;
    return right_count_private_pages(getpid(), addr, pages);
}
