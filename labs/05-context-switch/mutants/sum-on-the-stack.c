/* must fail: summarize.large */
/* However many samples there are, they go on the stack. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    double sorted[n + 1], sum = 0;

    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    memcpy(sorted, samples, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < n; i++)
        sum += sorted[i];
    *out = (struct summary){
        .min = sorted[0],
        .median = percentile(sorted, n, 50),
        .p99 = percentile(sorted, n, 99),
        .mean = sum / (double)n,
    };
    return 0;
}
