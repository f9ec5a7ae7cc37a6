/* must fail: summarize.large; may fail: summarize.none */
/* Leaves a file open. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    tmpfile();
    return right_summarize(samples, n, out);
}
