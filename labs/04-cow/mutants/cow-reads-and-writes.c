/* must fail: measure_cow.absent; may fail: measure_cow.all_absent; needs: zero-page */
/* Increases a byte: to read from an absent page is a fault of its own. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

static void increase_bytes(void *arg)
{
    struct writes *w = arg;

    for (size_t i = 0; i < w->touched; i++)
        w->region[i * w->page_size]++;
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
        struct page_counts before, after;
        struct writes none = {region, (size_t)sysconf(_SC_PAGESIZE), 0};
        struct writes all = {region, none.page_size, touched};
        count_pages(getpid(), region, pages, &before);
        count_minor_faults(increase_bytes, &none);
        theirs->child_faults = count_minor_faults(increase_bytes, &all);
        count_pages(getpid(), region, pages, &after);
        theirs->shared_after_fork = before.shared;
        theirs->shared_after_write = after.shared;
        _exit(0);
    }
    int result = pid == -1 ? -1 : result_of(pid);
    int error = errno;
    if (result == 0)
        *report = *theirs;
    munmap(theirs, sizeof *theirs);
    errno = error;
    return result;
}
