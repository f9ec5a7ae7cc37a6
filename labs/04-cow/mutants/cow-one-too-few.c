/* must fail: measure_cow.works; may fail: measure_cow.* */
/* Leaves the last one out. */
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
        write_and_report(region, pages, touched > 0 ? touched - 1 : 0, theirs);
    int result = pid == -1 ? -1 : result_of(pid);
    int error = errno;
    if (result == 0)
        *report = *theirs;
    munmap(theirs, sizeof *theirs);
    errno = error;
    return result;
}
