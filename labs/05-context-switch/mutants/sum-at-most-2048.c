/* must fail: summarize.large */
/* An array of fixed size. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    return right_summarize(samples, n > 2048 ? 2048 : n, out);
}
