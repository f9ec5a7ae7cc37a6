/* must fail: measure_cow.large */
/* An array for 4,096 pages. */
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
    struct cow_report *theirs =
        mmap(NULL, sizeof *theirs, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (theirs == MAP_FAILED)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        write_and_report(region, pages < 4096 ? pages : 4096, touched, theirs);
    int result = pid == -1 ? -1 : result_of(pid);
    int error = errno;
    if (result == 0)
        *report = *theirs;
    munmap(theirs, sizeof *theirs);
    errno = error;
    return result;
}
