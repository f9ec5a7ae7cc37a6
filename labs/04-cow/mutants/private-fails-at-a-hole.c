/* must fail: count_private_pages.absent; may fail: count_private_pages.range count_private_pages.large count_private_pages.elsewhere count_private_pages.other count_private_pages.map_shared */
/* Takes a page that is not there for an error. */
#define count_private_pages right_count_private_pages
#include "../solution.c"
#undef count_private_pages

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{
    size_t first = (uintptr_t)addr / (size_t)sysconf(_SC_PAGESIZE);
    ssize_t count = 0;
    int fd = open_pagemap(pid);

    if (fd == -1)
        return -1;
    for (size_t i = 0; i < pages; i++) {
        uint64_t entry;
        off_t at = (off_t)((first + i) * sizeof entry);
        if (pread(fd, &entry, sizeof entry, at) != sizeof entry)
            break;
        if ((entry & PRESENT) == 0) {
            close(fd);
            errno = EFAULT;
            return -1;
        }
        if ((entry & EXCLUSIVE) != 0)
            count++;
    }
    close(fd);
    return count;
}
