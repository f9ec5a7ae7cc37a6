/* must fail: measure_cow.exit */
/* The child leaves by exit(3). */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

#include <stdlib.h>

static void write_and_tell(void *region, size_t pages, size_t touched,
                           struct cow_report *report)
{
    struct writes none = {region, (size_t)sysconf(_SC_PAGESIZE), 0};
    struct writes all = {region, none.page_size, touched};
    struct page_counts before, after;

    count_pages(getpid(), region, pages, &before);
    count_minor_faults(write_pages, &none);
    report->child_faults = count_minor_faults(write_pages, &all);
    count_pages(getpid(), region, pages, &after);
    report->shared_after_fork = before.shared;
    report->shared_after_write = after.shared;
}

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    if (touched > pages) {
        errno = EINVAL;
        return -1;
    }
    struct cow_report *theirs =
        mmap(NULL, sizeof *theirs, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (theirs == MAP_FAILED)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        write_and_tell(region, pages, touched, theirs);
        exit(0);
    }
    int result = pid == -1 ? -1 : result_of(pid);
    int error = errno;
    if (result == 0)
        *report = *theirs;
    munmap(theirs, sizeof *theirs);
    errno = error;
    return result;
}
