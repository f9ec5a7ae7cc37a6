/* must fail: summarize.none */
/* Says on standard error what failed. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    int result = right_summarize(samples, n, out);

    if (result == -1)
        perror("summarize");
    return result;
}
