/* must fail: measure_cow.measured; may fail: measure_cow.works measure_cow.absent measure_cow.all_absent measure_cow.none measure_cow.all measure_cow.large measure_cow.eintr */
/* Reads pagemap between the two looks at the faults, too. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

struct both {
    void *region;
    size_t pages, touched;
    struct cow_report *report;
};

static void write_and_look(void *arg)
{
    struct both *b = arg;
    struct writes w = {b->region, (size_t)sysconf(_SC_PAGESIZE), b->touched};
    char *note = mmap(NULL, 16 * w.page_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct page_counts counts;

    count_pages(getpid(), b->region, b->pages, &counts);
    b->report->shared_after_fork = counts.shared;
    for (size_t i = 0; i < 16; i++)
        note[i * w.page_size] = 1;
    write_pages(&w);
    count_pages(getpid(), b->region, b->pages, &counts);
    b->report->shared_after_write = counts.shared;
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
        struct both both = {region, pages, touched, theirs};
        theirs->child_faults = count_minor_faults(write_and_look, &both);
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
