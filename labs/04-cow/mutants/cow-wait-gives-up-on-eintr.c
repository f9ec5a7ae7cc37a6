/* must fail: measure_cow.eintr */
/* The report comes through a pipe, whose read is taken up again after EINTR; the
   wait for the child is not. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{
    int ends[2];
    ssize_t got = -1;

    if (touched > pages) {
        errno = EINVAL;
        return -1;
    }
    if (pipe2(ends, O_CLOEXEC) == -1)
        return -1;
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        struct cow_report seen;
        struct writes none = {region, (size_t)sysconf(_SC_PAGESIZE), 0};
        struct writes all = {region, none.page_size, touched};
        struct page_counts before, after;

        count_pages(getpid(), region, pages, &before);
        count_minor_faults(write_pages, &none);
        seen.child_faults = count_minor_faults(write_pages, &all);
        count_pages(getpid(), region, pages, &after);
        seen.shared_after_fork = before.shared;
        seen.shared_after_write = after.shared;
        _exit(write(ends[1], &seen, sizeof seen) != sizeof seen);
    }
    close(ends[1]);
    while (pid != -1 && (got = read(ends[0], report, sizeof *report)) == -1 &&
           errno == EINTR)
        ;
    close(ends[0]);
    errno = error;
    if (pid == -1 || waitpid(pid, NULL, 0) == -1)
        return -1;
    return got == sizeof *report ? 0 : -1;
}
