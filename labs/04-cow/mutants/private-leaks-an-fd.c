/* must fail: count_private_pages.caller */
/* Leaves the file open. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    int unused = open_pagemap(pid);

    if (unused == -1)
        return -1;
    return right_count_private_pages(pid, addr, pages);
}
