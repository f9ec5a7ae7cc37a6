/* must fail: count_minor_faults.cow; may fail: count_minor_faults.works count_minor_faults.numbers count_minor_faults.warm count_minor_faults.thread */
/* Memory that has grown in place of faults: a copy-on-write adds no page. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

#include <stdlib.h>

static long resident_pages(void)
{
    char text[4096], *field = NULL;
    int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, sizeof text - 1);

    close(fd);
    if (n > 0) {
        text[n] = '\0';
        field = strstr(text, "\nRss:");
    }
    return field == NULL ? 0 : strtol(field + 5, NULL, 10) / 4;
}

long count_minor_faults(void (*fn)(void *), void *arg)
{

    long before = resident_pages();

    fn(arg);
    return resident_pages() - before;
}
