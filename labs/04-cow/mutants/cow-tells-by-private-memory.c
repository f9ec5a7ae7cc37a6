/* must fail: measure_cow.works; may fail: measure_cow.* */
/* The child writes the report into its own copy of it. */
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
    pid_t pid = fork();
    if (pid == 0)
        write_and_report(region, pages, touched, report);
    return pid == -1 ? -1 : result_of(pid);
}
