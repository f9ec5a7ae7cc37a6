/* must fail: measure_cow.absent; may fail: measure_cow.all_absent */
/* What is not private is shared, absent pages too. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

static void write_and_count(void *region, size_t touched,
                            struct cow_report *report)
{
    struct writes none = {region, (size_t)sysconf(_SC_PAGESIZE), 0};
    struct writes all = {region, none.page_size, touched};

    count_minor_faults(write_pages, &none);
    report->child_faults = count_minor_faults(write_pages, &all);
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
        ssize_t before = count_private_pages(getpid(), region, pages);
        write_and_count(region, touched, theirs);
        ssize_t after = count_private_pages(getpid(), region, pages);
        theirs->shared_after_fork = pages - (size_t)before;
        theirs->shared_after_write = pages - (size_t)after;
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
