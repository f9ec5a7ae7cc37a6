/* must fail: summarize.order */
/* The difference of two doubles, cut to an int. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

static int by_int(const void *a, const void *b)
{
    return (int)(*(const double *)a - *(const double *)b);
}

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
    qsort(sorted, n, sizeof *sorted, by_int);
    for (size_t i = 0; i < n; i++)
        sum += sorted[i];
    *out = (struct summary){sorted[0], percentile(sorted, n, 50),
                            percentile(sorted, n, 99), sum / (double)n};
    free(sorted);
    return 0;
}
