/* must fail: run_pipeline.n_zero */
/* n 0 is taken for a success. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    return n == 0 ? 0 : right_run_pipeline(n, argvs, status);
}
