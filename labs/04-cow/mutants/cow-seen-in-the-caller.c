/* must fail: measure_cow.absent; may fail: measure_cow.measured measure_cow.works measure_cow.all measure_cow.none measure_cow.large measure_cow.eintr */
/* Counts the pages in the caller: before fork, and when the child has ended. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    if (touched > pages) {
        errno = EINVAL;
        return -1;
    }
    struct page_counts before, after;
    if (count_pages(getpid(), region, pages, &before) == -1)
        return -1;
    struct cow_report *theirs =
        mmap(NULL, sizeof *theirs, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (theirs == MAP_FAILED)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        write_and_report(region, pages, touched, theirs);
    int result = pid == -1 ? -1 : result_of(pid);
    int error = errno;
    if (result == 0)
        *report = *theirs;
    if (count_pages(getpid(), region, pages, &after) == -1)
        return -1;
    if (result == 0) {
        report->shared_after_fork = before.shared;
        report->shared_after_write = after.shared;
    }
    munmap(theirs, sizeof *theirs);
    errno = error;
    return result;
}
