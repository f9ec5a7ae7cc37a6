/* must fail: count_private_pages.works; may fail: count_private_pages.* */
/* Reads at the address, not at the page number times 8. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{

    uint64_t entries[64];
    ssize_t count = 0;
    int fd = open_pagemap(pid);

    if (fd == -1)
        return -1;
    for (size_t i = 0; i < pages; i += 64) {
        ssize_t got = pread(fd, entries, sizeof entries,
                            (off_t)((uintptr_t)addr + i * 8));
        for (ssize_t k = 0; k < got / 8 && i + (size_t)k < pages; k++)
            count += (entries[k] & PRESENT) && (entries[k] & EXCLUSIVE);
    }
    close(fd);
    return count;
}
