/* must fail: summarize.works; may fail: summarize.order summarize.ties summarize.large */
/* Halfway between the smallest and the largest. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    int result = right_summarize(samples, n, out);
    double max = out->p99;

    for (size_t i = 0; i < n; i++)
        max = samples[i] > max ? samples[i] : max;
    if (result == 0)
        out->mean = (out->min + max) / 2;
    return result;
}
