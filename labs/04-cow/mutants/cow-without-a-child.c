/* must fail: measure_cow.works; may fail: measure_cow.* */
/* The caller writes itself. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    struct writes all = {region, (size_t)sysconf(_SC_PAGESIZE), touched};
    struct page_counts before, after;

    if (touched > pages) {
        errno = EINVAL;
        return -1;
    }
    if (count_pages(getpid(), region, pages, &before) == -1)
        return -1;
    report->child_faults = count_minor_faults(write_pages, &all);
    if (count_pages(getpid(), region, pages, &after) == -1)
        return -1;
    report->shared_after_fork = before.shared;
    report->shared_after_write = after.shared;
    return 0;
}
