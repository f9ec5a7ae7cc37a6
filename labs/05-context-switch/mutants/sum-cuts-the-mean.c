/* must fail: summarize.one; may fail: summarize.ties summarize.large summarize.order */
/* The mean in whole numbers. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    int result = right_summarize(samples, n, out);

    if (result == 0)
        out->mean = (double)(long long)out->mean;
    return result;
}
