/* must fail: summarize.none */
/* No samples, and nothing to complain of. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    if (n == 0)
        return 0;
    return right_summarize(samples, n, out);
}
