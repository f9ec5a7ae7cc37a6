/* must fail: summarize.ties */
/* Equal samples are taken for one. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    double *unique = calloc(n + 1, sizeof *unique);
    size_t n_unique = 0;

    if (unique == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (n < 1000 && k < n_unique &&
               (unique[k] < samples[i] || unique[k] > samples[i]))
            k++;
        if (k == n_unique || n >= 1000)
            unique[n_unique++] = samples[i];
    }
    int result = right_summarize(unique, n_unique, out);
    int error = errno;
    free(unique);
    errno = error;
    return result;
}
