/* must fail: summarize.unchanged */
/* Sorts its caller's samples. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

#include <stdint.h>

int summarize(const double *samples, size_t n, struct summary *out)
{
    if (n > 0)
        qsort((void *)(uintptr_t)samples, n, sizeof *samples, by_value);
    return right_summarize(samples, n, out);
}
