/* must fail: summarize.works; may fail: summarize.one summarize.ties summarize.large summarize.order */
/* The smallest is looked for from 0 on. */
#define summarize right_summarize
#include "../solution.c"
#undef summarize

int summarize(const double *samples, size_t n, struct summary *out)
{
    int result = right_summarize(samples, n, out);

    if (result == 0 && out->min > 0)
        out->min = 0;
    return result;
}
