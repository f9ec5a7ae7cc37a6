/* must fail: summarize.nearest_rank; may fail: summarize.order summarize.ties summarize.large */
/* The upper one of the two in the middle. */
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
    *out = (struct summary){sorted[0], sorted[n / 2], percentile(sorted, n, 99),
                            sum / (double)n};
    free(sorted);
    return 0;
}
