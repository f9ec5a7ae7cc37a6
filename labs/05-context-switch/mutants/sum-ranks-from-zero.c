/* must fail: summarize.nearest_rank summarize.p99; may fail: summarize.order summarize.ties summarize.large */
/* p * n / 100 is taken for an index. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    double sum = 0;

    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    double *sorted = calloc(n, sizeof *sorted);
    if (sorted == NULL)
        return -1;
    memcpy(sorted, samples, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < n; i++)
        sum += sorted[i];
    *out = (struct summary){sorted[0], sorted[n * 50 / 100],
                            sorted[n * 99 / 100], sum / (double)n};
    free(sorted);
    return 0;
}
