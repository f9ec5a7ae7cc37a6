/* must fail: summarize.p99; may fail: summarize.large */
/* The largest sample for the 99th percentile. */
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
    *out = (struct summary){sorted[0], percentile(sorted, n, 50), sorted[n - 1],
                            sum / (double)n};
    free(sorted);
    return 0;
}
