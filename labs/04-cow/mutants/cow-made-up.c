/* must fail: measure_cow.writes; may fail: measure_cow.measured measure_cow.works measure_cow.absent measure_cow.all_absent measure_cow.no_process */
/* No child, no write: calculated from what the caller sees. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    struct page_counts all, first;

    if (touched > pages) {
        errno = EINVAL;
        return -1;
    }
    if (count_pages(getpid(), region, pages, &all) == -1 ||
        count_pages(getpid(), region, touched, &first) == -1)
        return -1;
    report->child_faults = (long)touched;
    report->shared_after_fork = all.private;
    report->shared_after_write = all.private - first.private;
    return 0;
}
